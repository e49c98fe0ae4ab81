/* Helps with the form of residents: keeps a draft on this phone, counts characters, weighs photos before they cost
   anything to send, fills a receipt from the address.
   The form works without it; it sends nothing anywhere. Old phones: no syntax newer than ES5. */
(function () {
  "use strict";

  var PREFIX = "mingbai.draft.";
  var FIELDS = ["type", "unit", "text", "public"];

  function shelf() {
    try { return window.localStorage; } catch (refused) { return null; }
  }

  function put(key, value) {
    try { shelf().setItem(key, value); } catch (full) { /* a draft is a convenience: without room there is none */ }
  }

  function take(key) {
    try { return JSON.parse(shelf().getItem(key)); } catch (unreadable) { return null; }
  }

  function drop(key) {
    try { shelf().removeItem(key); } catch (refused) { /* nothing was kept */ }
  }

  function controls(form, name) {
    var found = form.elements[name];
    if (!found) { return []; }
    return found.tagName || found.length === undefined ? [found] : Array.prototype.slice.call(found);
  }

  function value(form, name) {
    var chosen = "";
    controls(form, name).forEach(function (each) {
      var boxed = each.type === "radio" || each.type === "checkbox";
      if (!boxed || each.checked) { chosen = each.value; }
    });
    return chosen;
  }

  function fill(form, name, kept) {
    controls(form, name).forEach(function (each) {
      if (each.type === "radio" || each.type === "checkbox") { each.checked = each.value === kept; }
      else if (each.type !== "hidden") { each.value = kept; }
    });
  }

  function keepDraft(form, key) {
    var draft = {};
    FIELDS.forEach(function (name) { draft[name] = value(form, name); });
    if (draft.text) { put(key, JSON.stringify(draft)); } else { drop(key); }
  }

  function named(name) {
    var found = new RegExp("[?&]" + name + "=([a-z0-9-]+)").exec(window.location.search);
    return found ? found[1] : "";
  }

  function bringBack(form, key) {
    var draft = take(key);
    if (!draft || value(form, "text")) { return; }
    // Words written for one reader must not come back in a form that goes to another.
    var strange = ["type", "unit"].some(function (name) {
      return named(name) && draft[name] && named(name) !== draft[name];
    });
    if (strange) { return; }
    FIELDS.forEach(function (name) {
      if (draft[name]) { fill(form, name, draft[name]); }
    });
  }

  function count(area, line) {
    var left = Number(area.getAttribute("data-most")) - Array.from(area.value.trim()).length;
    var words = left < 0 ? area.getAttribute("data-over") : area.getAttribute("data-left");
    line.textContent = words.replace("#", String(Math.abs(left))) + " " + area.getAttribute("data-kept");
  }

  function weigh(input, line) {
    var files = Array.prototype.slice.call(input.files || []);
    var heavy = 0;
    files.forEach(function (each, place) {
      if (!heavy && each.size > Number(input.getAttribute("data-bytes"))) { heavy = place + 1; }
    });
    var many = files.length > Number(input.getAttribute("data-photos"));
    var words = many ? input.getAttribute("data-many") : heavy ? input.getAttribute("data-heavy") : "";
    line.textContent = words.replace("#", String(many ? files.length : heavy));
  }

  function after(field) {
    var line = document.createElement("p");
    line.className = "help";
    line.setAttribute("aria-live", "polite");
    field.parentNode.insertBefore(line, field.nextSibling);
    return line;
  }

  function mark(form) {
    var secret = false;
    controls(form, "type").forEach(function (each) {
      each.parentNode.className = each.checked ? "on" : "";
      if (each.checked && each.hasAttribute("data-private")) { secret = true; }
    });
    controls(form, "public").forEach(function (box) {
      if (secret) { box.checked = false; }
      box.disabled = secret;
    });
    // Whoever reports something is not asked for a name.
    var called = document.getElementById("called");
    if (called) { called.hidden = secret; }
  }

  function ask(form) {
    var key = PREFIX + form.getAttribute("data-draft");
    var area = form.elements.text;
    var line = after(area);
    var photos = form.elements.photo;
    if (photos) {
      var weight = after(photos);
      photos.addEventListener("change", function () { weigh(photos, weight); });
    }
    bringBack(form, key);
    function changed() { mark(form); count(area, line); }
    function typed() { changed(); keepDraft(form, key); }
    form.addEventListener("input", typed);
    form.addEventListener("change", typed);
    form.addEventListener("submit", function () { put(PREFIX + "sent", JSON.stringify(key)); });
    changed();
  }

  /* After "too many": looks for a number whose hash after the form's token begins with enough zero bits (see `work`
     in the service), so that this phone may send at once. Without WebCrypto one waits, as the page says. */
  function work(form) {
    var field = form.elements.work, subtle = window.crypto && window.crypto.subtle;
    if (!field || !subtle || !window.TextEncoder) { return; }
    var bits = Number(field.getAttribute("data-bits")), token = form.elements.token.value, tried = 0;
    function next() {
      var number = String(tried++);
      subtle.digest("SHA-256", new TextEncoder().encode(token + ":" + number)).then(function (hash) {
        if (new DataView(hash).getUint32(0) >>> (32 - bits) !== 0) { next(); return; }
        field.value = number;
        var line = document.createElement("p");
        line.setAttribute("role", "status");
        line.textContent = field.getAttribute("data-done");
        form.insertBefore(line, form.firstChild);
      });
    }
    next();
  }

  var form = document.querySelector("form[data-draft]");
  if (form) { ask(form); work(form); }

  if (document.querySelector("[data-sent]")) {
    var sent = take(PREFIX + "sent");
    if (sent) { drop(sent); drop(PREFIX + "sent"); }
  }

  var printing = document.querySelector("[data-print]");
  if (printing && window.print) {
    printing.hidden = false;
    printing.addEventListener("click", function () { window.print(); });
  }

  var receipt = document.getElementById("receipt");
  if (receipt && location.hash.length > 1 && !receipt.value) {
    try { receipt.value = decodeURIComponent(location.hash.slice(1)); } catch (broken) { receipt.value = ""; }
    history.replaceState(null, "", location.pathname);
  }
}());
