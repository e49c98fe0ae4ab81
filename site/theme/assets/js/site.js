/* Small comforts: large type that is remembered, reading aloud, what a word means, a word when pages are old, tables that stay tables.
   Every page works without this file. Classic script, nothing newer than ES2015. */
(function () {
  "use strict";

  var root = document.documentElement;
  var SELF = document.currentScript && document.currentScript.src;

  function remember(on) {
    try {
      if (on) { localStorage.setItem("care", "on"); } else { localStorage.removeItem("care"); }
    } catch (refused) { /* private windows refuse to remember; the page still changes */ }
  }

  function showCare(button) {
    var on = root.classList.contains("elder");
    button.textContent = button.getAttribute(on ? "data-on" : "data-off");
    button.setAttribute("aria-pressed", on ? "true" : "false");
  }

  function offerCare(button) {
    showCare(button);
    button.addEventListener("click", function () {
      root.classList.toggle("elder");
      remember(root.classList.contains("elder"));
      showCare(button);
    });
  }

  function offerReading(button) {
    var text = document.getElementById(button.getAttribute("data-hear"));
    if (!text || !window.speechSynthesis || !window.SpeechSynthesisUtterance) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      var reading = window.speechSynthesis.speaking;
      window.speechSynthesis.cancel();
      if (reading) { return; }
      var words = new SpeechSynthesisUtterance(text.textContent);
      words.lang = root.lang === "en" ? "en" : "zh-CN";
      words.rate = 0.9;
      window.speechSynthesis.speak(words);
    });
  }

  /* Laid out as cards on a phone, a table is no table any more to some readers aloud; in the page itself these words
     would be an error (ARIA in HTML: they repeat what the elements say). */
  var ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TFOOT: "rowgroup", TR: "row", TD: "cell" };

  function stayTable(table) {
    var parts = [table].concat(Array.prototype.slice.call(table.querySelectorAll("thead, tbody, tfoot, tr, td, th")));
    parts.forEach(function (part) {
      var head = part.getAttribute("scope") === "col" ? "columnheader" : "rowheader";
      part.setAttribute("role", ROLES[part.tagName] || head);
    });
  }

  function warnWhenOld(notice) {
    var built = notice.getAttribute("data-built").split("-");
    var age = Date.now() - new Date(+built[0], +built[1] - 1, +built[2]).getTime();
    notice.hidden = age < 3 * 24 * 60 * 60 * 1000;
  }

  /* What a word means, just below it. A link that leads to all words where there is no script. */
  function offerMeaning(word) {
    var note = document.createElement("span");
    note.className = "term-note";
    note.hidden = true;
    note.setAttribute("role", "status");
    word.setAttribute("role", "button");
    word.setAttribute("aria-expanded", "false");
    var after = /^H[1-6]$/.test(word.parentNode.tagName) ? word.parentNode : word;
    after.parentNode.insertBefore(note, after.nextSibling);
    function turn(event) {
      event.preventDefault();
      note.hidden = !note.hidden;
      note.textContent = note.hidden ? "" : word.getAttribute("data-says");
      word.setAttribute("aria-expanded", note.hidden ? "false" : "true");
    }
    word.addEventListener("click", turn);
    word.addEventListener("keydown", function (event) { if (event.key === " ") { turn(event); } });
  }

  /* Keep this page, and the pages of the unit that it is about, for where there is no network. */
  function keepAtHand() {
    var there = location.pathname;
    if (!("serviceWorker" in navigator) || location.protocol === "file:" || !SELF) { return; }
    var home = new URL(SELF.replace(/assets\/js\/site\.js.*$/, ""), location.href);
    var unit = /^(en\/)?u\/[^/]+\//.exec(there.slice(home.pathname.length));
    var saving = navigator.connection && navigator.connection.saveData;
    navigator.serviceWorker.register(home.pathname + "sw.js").then(function () {
      return navigator.serviceWorker.ready;
    }).then(function (registration) {
      if (!registration.active) { return; }
      var here = location.href.split("#")[0].split("?")[0], pages = {};
      if (!unit || saving) { registration.active.postMessage({ keep: [here], index: false }); return; }
      var start = home.href + unit[0];
      each("#main a[href]", function (link) {
        var to = link.href.split("#")[0].split("?")[0];
        if (to.indexOf(start) === 0 && /\/$/.test(to)) { pages[to] = true; }
      });
      registration.active.postMessage({ keep: [here, start].concat(Object.keys(pages).slice(0, 60)), index: true });
    }).catch(function () { /* a browser that refuses to keep anything shows everything all the same */ });
  }

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  each("button.care", offerCare);
  each("[data-hear]", offerReading);
  each("[data-says]", offerMeaning);
  each("[data-built]", warnWhenOld);
  each("table.ledger, table.cards", stayTable);
  /* Only when the page has long been read: on a slow line, what is kept would come before what is looked at. */
  window.addEventListener("load", function () { setTimeout(keepAtHand, 3000); });
}());
