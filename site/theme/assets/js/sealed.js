/* Opens one's own record with the code on a paper slip: the twin of mingbai.sealed.sealing, in the browser.
   The code is used on this device only: it goes into no address and is sent nowhere. The sealed records come as one
   script, so that it works from a folder (file://) as well. No syntax newer than ES5. */
(function () {
  "use strict";

  var ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ", CODE = 16, NONCE = 12, TAG = 16;
  var place = document.getElementById("own");
  if (!place) { return; }
  var form = place.querySelector("form"), field = form.querySelector("input");
  var status = place.querySelector("[role=status]"), shown = place.querySelector("dl");
  var subtle = window.crypto && window.crypto.subtle;

  function tell(name) { status.textContent = name ? place.getAttribute("data-" + name) : ""; }

  function checkSymbol(body) {
    var size = ALPHABET.length, total = 0;
    body.split("").reverse().forEach(function (symbol, position) {
      var code = ALPHABET.indexOf(symbol) * (position % 2 === 0 ? 2 : 1);
      total += Math.floor(code / size) + code % size;
    });
    return ALPHABET.charAt((size - total % size) % size);
  }

  /* Returns the code that was typed, or the name of what is wrong with it. */
  function read(typed) {
    var plain = typed.normalize("NFKC").toUpperCase();
    var code = plain.replace(/[\s_.·\-\u2010-\u2015\u200b-\u200f\u2060\ufeff]/g, "");
    var strange = code.split("").some(function (symbol) { return ALPHABET.indexOf(symbol) < 0; });
    if (strange) { return { wrong: "symbol" }; }
    if (code.length !== CODE + 1) { return { wrong: "length" }; }
    return checkSymbol(code.slice(0, CODE)) === code.charAt(CODE) ? { code: code } : { wrong: "check" };
  }

  function bytes(text) {
    var plain = window.atob(text), found = new Uint8Array(plain.length), at;
    for (at = 0; at < plain.length; at += 1) { found[at] = plain.charCodeAt(at); }
    return found;
  }

  function text(content) { return window.btoa(String.fromCharCode.apply(null, content)); }

  function mac(key, label) {
    return subtle.sign("HMAC", key, new TextEncoder().encode(label)).then(function (made) { return new Uint8Array(made); });
  }

  function derive(sealed, code) {
    var spread = { name: "PBKDF2", hash: "SHA-256", salt: bytes(sealed.salt), iterations: sealed.rounds };
    return subtle.importKey("raw", new TextEncoder().encode(code), "PBKDF2", false, ["deriveBits"]).then(function (typed) {
      return subtle.deriveBits(spread, typed, 256);
    }).then(function (stretched) {
      return subtle.importKey("raw", stretched, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    }).then(function (key) {
      return Promise.all([mac(key, "mingbai sealed tag"), mac(key, "mingbai sealed key")]);
    });
  }

  function open(sealed, code) {
    return derive(sealed, code).then(function (made) {
      var tag = text(made[0].slice(0, TAG)), locked = sealed.records[tag];
      if (!locked) { throw new Error("nothing"); }
      var content = bytes(locked), bound = new TextEncoder().encode(sealed.address + " " + tag);
      return subtle.importKey("raw", made[1], "AES-GCM", false, ["decrypt"]).then(function (key) {
        var how = { name: "AES-GCM", iv: content.slice(0, NONCE), additionalData: bound };
        return subtle.decrypt(how, key, content.slice(NONCE));
      }).then(function (plain) {
        return JSON.parse(new TextDecoder().decode(plain));
      }, function () { throw new Error("damaged"); });
    });
  }

  function show(record) {
    shown.hidden = false;
    Object.keys(record).forEach(function (name) {
      var line = document.createElement("div"), term = document.createElement("dt"), told = document.createElement("dd");
      term.textContent = name;
      told.textContent = record[name];
      line.appendChild(term);
      line.appendChild(told);
      shown.appendChild(line);
    });
  }

  /* Loads the records once, only when somebody asks for one. */
  function load(then) {
    if (load.found) { then(load.found); return; }
    var script = document.createElement("script");
    window.mingbaiSealed = function (found) { load.found = found; };
    script.src = place.getAttribute("data-sealed");
    script.onload = function () { if (load.found) { then(load.found); } else { tell("absent"); } };
    script.onerror = function () { tell("absent"); };
    document.head.appendChild(script);
  }

  form.addEventListener("submit", function (event) {
    event.preventDefault();
    shown.textContent = "";
    shown.hidden = true;
    var typed = read(field.value);
    if (typed.wrong) { tell(typed.wrong); return; }
    if (!subtle) { tell(window.isSecureContext === false ? "plain" : "old"); return; }
    tell("wait");
    load(function (sealed) {
      open(sealed, typed.code).then(function (record) { tell(""); show(record); }, function (reason) {
        tell(reason.message === "nothing" ? "nothing" : "damaged");
      });
    });
  });

  form.hidden = false;
  if (location.hash.indexOf("#open=") === 0) {
    field.value = location.hash.slice(6);
    history.replaceState(null, "", location.pathname + location.search + "#own");
    place.scrollIntoView();
    field.focus();
  }
}());
