/* Three small comforts: large type that is remembered, reading aloud, a word when pages are old.
   Every page works without this file. Classic script, nothing newer than ES2015. */
(function () {
  "use strict";

  var root = document.documentElement;

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

  function warnWhenOld(notice) {
    var built = notice.getAttribute("data-built").split("-");
    var age = Date.now() - new Date(+built[0], +built[1] - 1, +built[2]).getTime();
    notice.hidden = age < 3 * 24 * 60 * 60 * 1000;
  }

  function each(selector, act) {
    Array.prototype.forEach.call(document.querySelectorAll(selector), act);
  }

  each("button.care", offerCare);
  each("[data-hear]", offerReading);
  each("[data-built]", warnWhenOld);
}());
