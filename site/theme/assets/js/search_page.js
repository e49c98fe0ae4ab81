/* Drives the page /search/: reads the address, asks mingbaiSearch, shows hits and filters; it finds nothing by itself.
 *
 * ?q=&unit=&kind=&year=  Every filter is a link, so the way back is the browser's own. What was published reaches the
 * page as text nodes only, never as markup. Sentences come from the JSON block #search-words.
 */
(function () {
  "use strict";

  var PAGE = 20, FACET = 8;
  var block = document.getElementById("search-words");
  if (!block) { return; }
  var words = JSON.parse(block.textContent), lang = block.getAttribute("data-lang");
  var asked = read(location.search), shown = PAGE, opened = null;

  /* ---- small things ---------------------------------------------------------------------------------------------- */

  function by(id) { return document.getElementById("search-" + id); }

  function fill(key, facts) {
    return words[key].replace(/\{(\w+)\}/g, function (all, name) { return facts[name]; });
  }

  function make(name, kids, facts) {
    var made = document.createElement(name);
    Object.keys(facts || {}).forEach(function (key) { made.setAttribute(key, facts[key]); });
    [].concat(kids).forEach(function (kid) {
      made.appendChild(typeof kid === "string" ? document.createTextNode(kid) : kid);
    });
    return made;
  }

  function empty(node) {
    while (node.firstChild) { node.removeChild(node.firstChild); }
    return node;
  }

  /* Cells are Chinese whatever the language of the page; a screen reader has to know. */
  function chinese(text) {
    return lang !== "zh" && /[\u3400-\u9fff]/.test(text) ? { lang: "zh" } : {};
  }

  function spoken(label) { return label ? label[lang === "zh" ? 1 : 2] : ""; }

  function read(search) {
    var found = { q: "", unit: "", kind: "", year: "" };
    search.replace(/^\?/, "").split("&").forEach(function (part) {
      var at = part.indexOf("="), name = part.slice(0, at);
      if (Object.prototype.hasOwnProperty.call(found, name)) {
        try {
          found[name] = decodeURIComponent(part.slice(at + 1).replace(/\+/g, " ")).slice(0, 200);
        } catch (malformed) { /* half an escape: that part says nothing */ }
      }
    });
    return found;
  }

  function address(changes) {
    var parts = Object.keys(asked).map(function (name) {
      var value = Object.prototype.hasOwnProperty.call(changes, name) ? changes[name] : asked[name];
      return value ? name + "=" + encodeURIComponent(value) : "";
    });
    return "?" + parts.filter(Boolean).join("&");
  }

  /* A folder opened from disk has no server to turn `x/` into `x/index.html`. */
  function way(url) {
    var parts = (block.getAttribute("data-tree") + url).split("#");
    if (location.protocol === "file:" && /\/$/.test(parts[0])) { parts[0] += "index.html"; }
    return parts.join("#");
  }

  function inWords(day) {
    var parts = day.split("-");
    return fill("day", { year: parts[0], month: words.months.split(" ")[parts[1] - 1], day: Number(parts[2]) });
  }

  function marked(pieces) {
    return pieces.map(function (piece) { return piece[1] ? make("mark", piece[0]) : piece[0]; });
  }

  /* ---- hits ------------------------------------------------------------------------------------------------------ */

  function hit(row, needles) {
    var at = 0, title = [];
    var letters = Array.from(row.title);
    mingbaiSearch.spans(row.title, needles).forEach(function (span) {
      title.push([letters.slice(at, span[0]).join(""), false], [letters.slice(span[0], span[1]).join(""), true]);
      at = span[1];
    });
    title.push([letters.slice(at).join(""), false]);
    var text = row.pieces.map(function (piece) { return piece[0]; }).join("");
    var place = [row.unit, row.kind, row.period].map(spoken);
    var meta = [place[0], (place[1] + " " + place[2]).trim(), row.date && inWords(row.date)].filter(Boolean).join(" · ");
    var body = [make("h3", make("a", marked(title), { href: way(row.url) }), chinese(row.title))];
    if (text) { body.push(make("p", marked(row.pieces), chinese(text))); }
    if (meta) { body.push(make("p", meta, { "class": "meta" })); }
    return make("li", [make("div", body), amount(row.amount)], { "class": "hit" });
  }

  function amount(said) {
    if (!said) { return make("div", [], { "class": "amt" }); }
    var zh = lang === "zh";
    var name = make("div", make("span", said[zh ? 3 : 4], { "class": "meta" }));
    return make("div", [said[0] + " " + said[zh ? 1 : 2], name], { "class": "amt" });
  }

  /* The sums of what is shown, if that is everything and of one kind: columns of two kinds may tell of the same money. */
  function sums(answer) {
    var order = [], found = {}, kinds = {};
    answer.rows.forEach(function (row) {
      if (row.amount) {
        var key = row.amount.slice(1).join("\n");
        if (!found[key]) { order.push(key); found[key] = { said: row.amount, count: 0, fen: 0 }; }
        found[key].count += 1;
        found[key].fen += Number(row.amount[0].replace(/[,.]/g, ""));
        kinds[row.kind[0]] = true;
      }
    });
    if (answer.rows.length < answer.total || answer.relaxed || Object.keys(kinds).length !== 1) { return ""; }
    return order.map(function (key) {
      var one = found[key], zh = lang === "zh";
      return fill("sum", { name: one.said[zh ? 3 : 4], count: one.count, amount: yuan(one.fen), unit: one.said[zh ? 1 : 2] });
    }).join(words.joined + (lang === "zh" ? "" : " "));
  }

  function yuan(fen) {
    var digits = String(Math.abs(fen));
    while (digits.length < 3) { digits = "0" + digits; }
    var whole = digits.slice(0, -2).replace(/(\d)(?=(\d{3})+$)/g, "$1,");
    return (fen < 0 ? "-" : "") + whole + "." + digits.slice(-2);
  }

  /* ---- filters --------------------------------------------------------------------------------------------------- */

  function facet(index, name, values) {
    var items = values.map(function (each) {
      var on = asked[name] === each[0], change = {};
      change[name] = on ? "" : each[0];
      var label = name === "year" ? each[0] : spoken(index.label(name, each[0]));
      var facts = { href: address(change) };
      if (on) { facts["aria-current"] = "true"; }
      return make("li", make("a", [label, make("span", String(each[1]))], facts));
    });
    var open = { open: "" };
    var kids = [make("summary", words[name]), make("ul", items.slice(0, FACET))];
    if (items.length > FACET) {
      kids.push(make("details", [
        make("summary", fill("others", { n: items.length - FACET })), make("ul", items.slice(FACET))
      ]));
    }
    return make("details", kids, open);
  }

  function chips(index) {
    var bar = empty(by("chips"));
    ["unit", "kind", "year"].forEach(function (name) {
      if (asked[name]) {
        var change = {};
        change[name] = "";
        bar.appendChild(make("a", [
          name === "year" ? asked.year : spoken(index.label(name, asked[name])) || asked[name],
          make("span", "　✕", { "aria-hidden": "true" }), make("span", words.remove, { "class": "hide" })
        ], { href: address(change) }));
      }
    });
    bar.hidden = !bar.firstChild;
  }

  /* ---- the page -------------------------------------------------------------------------------------------------- */

  function where(index) {
    return ["unit", "kind", "year"].map(function (name) {
      return !asked[name] ? "" : name === "year" ? asked.year : spoken(index.label(name, asked[name])) || asked[name];
    }).filter(Boolean).join(" ");
  }

  function heading(index, answer, all) {
    var q = asked.q.trim() ? fill("quoted", { q: asked.q.trim() }) : words.everything;
    var n = answer.exact ? answer.total : fill("about", { n: answer.total });
    var place = where(index);
    if (answer.relaxed) { return fill("near", { q: q, n: n }); }
    return place
      ? fill("count_in", { q: q, n: n, where: place, all: answer.exact ? all : fill("about", { n: all }) })
      : fill("count", { q: q, n: n });
  }

  function show(index, answer, all) {
    var q = fill("quoted", { q: asked.q.trim() }), list = empty(by("hits"));
    by("heading").textContent = document.title = heading(index, answer, all);
    by("status").textContent = "";
    by("found").hidden = !answer.total;
    by("lead").hidden = answer.total > 0;
    var added = sums(answer);
    by("say").textContent = answer.relaxed ? words.parts : added ? fill("newest_sums", { sums: added }) : words.newest;
    answer.rows.forEach(function (row) { list.appendChild(hit(row, answer.needles)); });
    more(answer, list);
    var facets = empty(by("facets"));
    ["unit", "kind", "year"].forEach(function (name) {
      if (answer.facets[name].length) { facets.appendChild(facet(index, name, answer.facets[name])); }
    });
    if (!answer.total) { return nothing(index, q, all); }
    return undefined;
  }

  function more(answer, list) {
    var old = by("more"), left = answer.total - answer.rows.length;
    if (old) { old.parentNode.removeChild(old); }
    if (left > 0 && answer.rows.length) {
      var from = answer.rows.length;
      var next = make("button", fill("more", { n: Math.min(left, PAGE) }), { "class": "btn", type: "button", id: "search-more" });
      next.addEventListener("click", function () {
        shown += PAGE;
        run().then(function () {
          var first = list.children[from] && list.children[from].querySelector("a");
          if (first) { first.focus(); }
        });
      });
      list.parentNode.appendChild(next);
    }
  }

  /* Says where else there is something, or what is written that begins alike. */
  function nothing(index, q, all) {
    var place = where(index), status = by("status");
    status.textContent = place ? fill("none_in", { where: place, q: q }) : fill("none", { q: q });
    if (all > 0) {
      status.appendChild(make("a", fill("elsewhere", { n: all }), { href: address({ unit: "", kind: "", year: "" }) }));
      return undefined;
    }
    var first = Array.from(mingbaiSearch.normalise(asked.q).trim())[0];
    if (!first || !/[\u3400-\u9fff]/.test(first)) { return undefined; }
    return index.alike(first).then(function (found) {
      if (found.length) {
        status.appendChild(document.createTextNode(fill("alike", { first: first })));
        found.forEach(function (each) {
          var link = { href: "?q=" + encodeURIComponent(each[0]) };
          status.appendChild(make("a", fill("alike_one", { word: each[0], n: each[1] }), link));
          status.appendChild(document.createTextNode(" "));
        });
      }
    });
  }

  function run() {
    var query = {
      q: asked.q, units: asked.unit ? [asked.unit] : null, kind: asked.kind, limit: shown, lang: lang,
      from: asked.year && asked.year + "-01-01", to: asked.year && asked.year + "-12-31"
    };
    opened = opened || mingbaiSearch.open(block.getAttribute("data-shards"));
    return opened.then(function (index) {
      chips(index);
      return index.search(query).then(function (answer) {
        if (!where(index)) { return show(index, answer, answer.total); }
        return index.search({ q: asked.q, limit: 0, lang: lang }).then(function (unfiltered) {
          return show(index, answer, unfiltered.total);
        });
      });
    }).catch(function (reason) {
      if (!reason.missing) { throw reason; }
      opened = null;
      by("status").textContent = words.offline;
    }).then(function () { document.documentElement.setAttribute("data-searched", asked.q); });
  }

  function keep(name) {
    if (asked[name]) { by("form").appendChild(make("input", [], { type: "hidden", name: name, value: asked[name] })); }
  }

  document.getElementById("q").value = asked.q;
  ["unit", "kind", "year"].forEach(keep);
  if (asked.unit) {
    var ask = by("ask");
    ask.href += (ask.href.indexOf("?") < 0 ? "?" : "&") + "unit=" + encodeURIComponent(asked.unit);
  }
  if (!window.Promise || !String.prototype.normalize || !Array.from || !window.Uint16Array) {
    by("status").textContent = words.old;
  } else if (asked.q.trim() || asked.unit || asked.kind || asked.year) {
    by("status").textContent = words.busy;
    run();
  }
}());
