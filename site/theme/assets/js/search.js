/* Searches the built site in the browser, from small scripts written by the engine; it asks no server and sends nothing.
 *
 * The twin of mingbai.search: tokens, snippets, columns, matching, shards have the same names there and the same truth
 * (tests/fixtures/search_vectors.json). One classic script without newer syntax: the phones of 2016 read it, and because
 * every file of the index is a script too, it also works from a folder (file://).
 */
var mingbaiSearch = (function () {
  "use strict";

  /* ---- tokens --------------------------------------------------------------------------------------------------- */

  var INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;
  var SPACE = /[\t-\r\x1c- \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;
  var SYMBOL = /[0-9]+|[\ud800-\udbff][\udc00-\udfff]|[^0-9]/g;
  var folded = Object.create(null);

  function fold(character) {
    if (folded[character] === undefined) {
      folded[character] = character.normalize("NFKC").toLowerCase().replace(INVISIBLE, "").replace(SPACE, " ");
    }
    return folded[character];
  }

  function normalise(text) {
    return Array.from(text).map(fold).join("");
  }

  function symbols(run) {
    return run.match(SYMBOL) || [];
  }

  function isNumber(symbol) {
    return symbol[0] >= "0" && symbol[0] <= "9";
  }

  function once(list) {
    var seen = Object.create(null);
    return list.filter(function (each) {
      if (seen[each]) { return false; }
      seen[each] = true;
      return true;
    });
  }

  function adjoining(parts, size) {
    var found = [];
    for (var at = 0; at + size <= parts.length; at++) { found.push(parts.slice(at, at + size).join("")); }
    return found;
  }

  function grams(cell) {
    var found = [];
    normalise(cell).split(" ").forEach(function (run) {
      if (run) {
        var parts = symbols(run);
        found = found.concat(adjoining(parts, 2), adjoining(parts, 3), parts.filter(isNumber), parts.slice(-1));
      }
    });
    return once(found).sort();
  }

  function terms(query) {
    return once(normalise(query).split(" ").filter(Boolean));
  }

  function gramsOf(term) {
    var parts = symbols(term);
    return parts.length <= 3 ? [parts.join("")] : once(adjoining(parts, 3));
  }

  function begins(term) {
    return symbols(term).length === 1 && !isNumber(term);
  }

  function isLong(term) {
    return symbols(term).length > 3;
  }

  /* With what people ask, and what stands nearly nowhere in a table; the longer one first where one begins another. */
  var ASKING = new RegExp(
    "请问|我家|我们|花了多少钱|花了多少|花多少|多少钱|多少|什么时候|为什么|什么|怎么|哪里|哪些|哪个|哪天|几个|几次" +
    "|谁|吗|呢|了|的|上个季度|上季度|这个季度|本季度|今年|去年|上个月|最近|[?!。、]"
  );

  function subjects(wanted) {
    var found = [];
    wanted.forEach(function (term) {
      found = found.concat(term.split(ASKING).filter(function (part) { return part; }));
    });
    return found.length ? once(found) : wanted;
  }

  function halves(term, late) {
    var parts = symbols(term), cut = Math.floor((parts.length + (late ? 1 : 0)) / 2);
    return parts.length < 3 ? [term] : [parts.slice(0, cut).join(""), parts.slice(cut).join("")];
  }

  function pairs(wanted) {
    var found = [];
    wanted.forEach(function (term) {
      var parts = symbols(term);
      found = found.concat(parts.length > 1 ? adjoining(parts, 2) : [term]);
    });
    return once(found);
  }

  function occurrences(text, term) {
    var found = [];
    for (var at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
      if (!touch(text[at - 1], term[0]) && !touch(term[term.length - 1], text[at + term.length])) { found.push(at); }
    }
    return found;
  }

  function touch(left, right) {
    return left !== undefined && right !== undefined && isNumber(left) && isNumber(right);
  }

  /* Spans count characters (code points) of the text as published, not of the folded one. */
  function spans(text, wanted) {
    var source = [];
    Array.from(text).forEach(function (character, position) {
      for (var n = fold(character).length; n > 0; n--) { source.push(position); }
    });
    var whole = normalise(text);
    var found = [];
    wanted.forEach(function (term) {
      occurrences(whole, term).forEach(function (at) { found.push([source[at], source[at + term.length - 1] + 1]); });
    });
    found.sort(function (one, other) { return one[0] - other[0] || one[1] - other[1]; });
    return found.reduce(function (joined, span) {
      var last = joined[joined.length - 1];
      if (last && span[0] <= last[1]) { last[1] = Math.max(last[1], span[1]); } else { joined.push(span); }
      return joined;
    }, []);
  }

  /* ---- snippets ------------------------------------------------------------------------------------------------- */

  var WIDTH = 60, LEAD = 14, CELLS = 2;

  function pieces(cells, title, needles) {
    var others = cells.filter(function (cell) { return title.indexOf(cell) < 0; });
    var holding = [];
    others.forEach(function (cell) {
      var marks = spans(cell, needles);
      if (marks.length) { holding.push([cell, marks]); }
    });
    var worded = holding.filter(function (each) { return countWords(each[0]) > 0; });
    var found = worded.length ? worded.slice(0, CELLS) : holding.slice(0, 1);
    if (!found.length && others.length) { found = [[others.reduce(better), []]]; }
    var shown = [];
    found.forEach(function (each, number) {
      if (number) { shown.push([" · ", false]); }
      shown = shown.concat(cutOut(Array.from(each[0]), each[1]));
    });
    return shown;
  }

  function countWords(cell) {
    return Array.from(cell).filter(function (each) { return each > "\x7f"; }).length;
  }

  function better(best, cell) {
    var more = worth(cell) - worth(best) || Array.from(cell).length - Array.from(best).length;
    return more > 0 && worth(cell) >= 0 ? cell : best;
  }

  /* A date, which the hit carries anyway, is worth nothing. */
  function worth(cell) { return /^[0-9]+年[0-9]+月[0-9]+日$/.test(cell) ? -1 : countWords(cell); }

  function cutOut(cell, marks) {
    var first = marks.length && cell.length > WIDTH ? Math.max(0, Math.min(marks[0][0] - LEAD, cell.length - WIDTH)) : 0;
    var last = Math.min(cell.length, Math.max(first + WIDTH, marks.length ? marks[0][1] : 0));
    var shown = first ? [["…", false]] : [];
    var at = first;
    marks.forEach(function (mark) {
      if (mark[0] < last) {
        shown.push([cell.slice(at, mark[0]).join(""), false]);
        at = Math.min(mark[1], last);
        shown.push([cell.slice(mark[0], at).join(""), true]);
      }
    });
    shown.push([cell.slice(at, last).join(""), false], [last < cell.length ? "…" : "", false]);
    return shown.filter(function (piece) { return piece[0]; });
  }

  /* ---- shards --------------------------------------------------------------------------------------------------- */

  var DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  var arrived = Object.create(null), asked = Object.create(null);

  function put(name, data) { arrived[name] = data; }

  /* By <script src>, because a page opened from a folder may not fetch. A failed file may be asked for again. */
  function load(base, name) {
    var address = base + name + ".js";
    asked[address] = asked[address] || new Promise(function (done, failed) {
      var script = document.createElement("script");
      script.charset = "utf-8";
      script.src = address;
      script.onload = function () { script.remove(); done(arrived[name]); delete arrived[name]; };
      script.onerror = function () {
        script.remove();
        delete asked[address];
        var missing = new Error(address);
        missing.missing = true;
        failed(missing);
      };
      document.head.appendChild(script);
    });
    return asked[address];
  }

  function unpack(packed, each) {
    var bitmap = packed[0] === "!", number = bitmap ? 0 : -1, gap = 0, shift = 0;
    for (var at = bitmap ? 1 : 0; at < packed.length; at++) {
      var bits = DIGITS.indexOf(packed[at]);
      if (bitmap) {
        for (var bit = 0; bit < 6; bit++, number++) { if (bits >> bit & 1) { each(number); } }
      } else {
        gap += (bits & 31) * Math.pow(2, shift);
        shift += 5;
        if (bits < 32) { number += gap + 1; each(number); gap = shift = 0; }
      }
    }
  }

  /* The last position whose entry is not after the wanted one, -1 when all are. */
  function lastUpTo(sorted, wanted) {
    var low = -1, high = sorted.length - 1;
    while (low < high) {
      var middle = Math.ceil((low + high) / 2);
      if (sorted[middle] <= wanted) { low = middle; } else { high = middle - 1; }
    }
    return low;
  }

  /* ---- matching ------------------------------------------------------------------------------------------------- */

  var FEW = 40;       /* documents whose text is read sooner than more shards */
  var READ = 1000;    /* documents whose text is read to be sure; past it `exact` is false and `total` an upper bound */

  function Index(base, router, columns) {
    var labels = columns.labels;
    this.base = base;
    this.router = router;
    this.count = router.count;
    this.sourceOf = columns.source_of;
    this.misleading = new Uint8Array(this.count);
    for (var n = 0; n < columns.misleading.length; n++) { this.misleading[columns.misleading[n]] = 1; }
    this.dates = [];
    columns.dates.forEach(function (each) { for (var n = each[1]; n > 0; n--) { this.dates.push(each[0]); } }, this);
    this.sources = columns.sources.map(function (each) {
      var above = each[3].map(function (unit) { return labels[unit]; });
      return { unit: labels[each[0]], kind: labels[each[1]], period: labels[each[2]], above: above };
    });
    this.words = this.sources.map(function (each) {
      var spoken = [each.period[0]];
      [each.unit, each.kind, each.period].concat(each.above).forEach(function (one) { spoken.push(one[1], one[2]); });
      return once(spoken.filter(Boolean)).map(normalise);
    });
    this.held = Object.create(null);
  }

  function open(base) {
    return load(base, "router").then(function (router) {
      return load(base, router.columns).then(function (columns) { return new Index(base, router, columns); });
    });
  }

  Index.prototype.shard = function (position) {
    return load(this.base, this.router.shards[position]).then(function (shard) {
      if (typeof shard.grams === "string") {
        shard.grams = shard.grams.split("\n");
        shard.numbers = shard.numbers.split("\n");
      }
      return shard;
    });
  };

  Index.prototype.holding = function (gram) {
    var self = this, position = lastUpTo(this.router.firsts, gram);
    if (this.held[gram]) { return this.held[gram]; }
    this.held[gram] = position < 0 ? Promise.resolve(new Uint8Array(this.count)) : this.shard(position).then(function (shard) {
      var flags = new Uint8Array(self.count), at = lastUpTo(shard.grams, gram);
      if (at >= 0 && shard.grams[at] === gram) { unpack(shard.numbers[at], function (number) { flags[number] = 1; }); }
      return flags;
    });
    this.held[gram].catch(function () { delete self.held[gram]; });
    return this.held[gram];
  };

  /* Calls each(gram, packed) for the pairs that begin with a symbol and for the lone symbol itself. */
  Index.prototype.eachBeginning = function (symbol, each) {
    var waiting = [], last = lastUpTo(this.router.firsts, symbol + "\uffff");
    for (var at = Math.max(0, lastUpTo(this.router.firsts, symbol)); at <= last; at++) { waiting.push(this.shard(at)); }
    return Promise.all(waiting).then(function (shards) {
      shards.forEach(function (shard) {
        var n = Math.max(0, lastUpTo(shard.grams, symbol));
        for (; n < shard.grams.length && shard.grams[n] <= symbol + "\uffff"; n++) {
          if (shard.grams[n].indexOf(symbol) === 0 && symbols(shard.grams[n]).length < 3) {
            each(shard.grams[n], shard.numbers[n]);
          }
        }
      });
    });
  };

  Index.prototype.beginning = function (symbol) {
    var flags = new Uint8Array(this.count);
    return this.eachBeginning(symbol, function (gram, packed) {
      unpack(packed, function (number) { flags[number] = 1; });
    }).then(function () { return flags; });
  };

  Index.prototype.all = function (list, flags) {
    return Promise.all(list.map(this.holding, this)).then(function (held) {
      var both = flags || held[0].slice();
      held.forEach(function (each) { for (var n = 0; n < both.length; n++) { both[n] &= each[n]; } });
      return both;
    });
  };

  /* Resolves to {flags, proven}: which documents have the grams of a term, and whether all of the grams were asked. */
  Index.prototype.having = function (term) {
    var self = this, list = gramsOf(term);
    if (begins(term)) {
      return this.beginning(term).then(function (flags) { return { flags: flags, proven: true }; });
    }
    var enough = list.filter(function (gram, n) { return n % 2 === 0 || n === list.length - 1; });
    var rest = list.filter(function (gram) { return enough.indexOf(gram) < 0; });
    return this.all(enough).then(function (flags) {
      var left = 0;
      flags.forEach(function (flag) { left += flag; });
      if (!rest.length || left <= FEW) { return { flags: flags, proven: !rest.length }; }
      return self.all(rest, flags).then(function (both) { return { flags: both, proven: true }; });
    });
  };

  Index.prototype.document = function (number) {
    var size = this.router.chunk;
    return load(this.base, this.router.chunks[Math.floor(number / size)]).then(function (chunk) { return chunk[number % size]; });
  };

  function stands(texts, term) {
    return texts.some(function (text) { return occurrences(text, term).length > 0; });
  }

  /* Resolves to {numbers, exact}: the documents that hold all terms, newest first. */
  Index.prototype.matching = function (wanted) {
    var self = this;
    return Promise.all(wanted.map(this.having, this)).then(function (own) {
      var named = wanted.map(function (term) {
        return self.words.map(function (words) { return stands(words, term); });
      });
      var long = wanted.some(isLong), proven = own.every(function (each) { return each.proven; });
      var numbers = [], doubtful = [];
      for (var number = 0; number < self.count; number++) {
        var any = !wanted.length, every = true;
        for (var n = 0; n < own.length; n++) {
          if (own[n].flags[number]) { any = true; } else if (!named[n][self.sourceOf[number]]) { every = false; }
        }
        if (any && every) {
          numbers.push(number);
          if (long && (!proven || self.misleading[number])) { doubtful.push(number); }
        }
      }
      return self.without(doubtful.slice(0, READ), numbers, wanted, doubtful.length <= READ);
    });
  };

  /* Reads the doubtful documents and drops those that do not hold the terms. */
  Index.prototype.without = function (doubtful, numbers, wanted, exact) {
    var self = this;
    return Promise.all(doubtful.map(this.document, this)).then(function (read) {
      var wrong = Object.create(null);
      doubtful.forEach(function (number, n) { wrong[number] = !self.holds(number, read[n], wanted); });
      return { numbers: numbers.filter(function (number) { return !wrong[number]; }), exact: exact };
    });
  };

  Index.prototype.holds = function (number, entry, wanted) {
    var cells = entry[3].map(normalise), words = this.words[this.sourceOf[number]];
    var own = wanted.filter(function (term) { return stands(cells, term); });
    return own.length > 0 && wanted.every(function (term) { return own.indexOf(term) >= 0 || stands(words, term); });
  };

  Index.prototype.covering = function (list) {
    var count = this.count;
    return Promise.all(list.map(this.having, this)).then(function (held) {
      var score = new Uint16Array(count), numbers = [];
      held.forEach(function (each) { for (var n = 0; n < count; n++) { score[n] += each.flags[n]; } });
      var n, most = 1;
      for (n = 0; n < count; n++) { most = Math.max(most, score[n]); }
      for (n = 0; n < count; n++) { if (score[n] === most || 2 * score[n] >= list.length) { numbers.push(n); } }
      return numbers.sort(function (one, other) { return score[other] - score[one] || one - other; });
    });
  };

  /* What holds the terms; if nothing does, what they ask about, or its halves, or most of its pairs. */
  Index.prototype.find = function (wanted) {
    var self = this, about = subjects(wanted), list = pairs(about);
    function halved(late) {
      var parts = [];
      about.forEach(function (term) { parts = parts.concat(halves(term, late)); });
      return once(parts);
    }
    function near(needles, next) {
      if (needles.join(" ") === wanted.join(" ")) { return next(); }
      return self.matching(needles).then(function (found) {
        return found.numbers.length ? { numbers: found.numbers, exact: found.exact, needles: needles, relaxed: true } : next();
      });
    }
    function covered() {
      if (list.length < 2) { return { numbers: [], exact: true, needles: wanted, relaxed: false }; }
      return self.covering(list).then(function (numbers) {
        var any = numbers.length > 0;
        return { numbers: numbers, exact: true, needles: any ? list : wanted, relaxed: any };
      });
    }
    return this.matching(wanted).then(function (found) {
      if (found.numbers.length || !wanted.length) {
        return { numbers: found.numbers, exact: found.exact, needles: wanted, relaxed: false };
      }
      return near(about, function () {
        return near(halved(true), function () { return near(halved(false), covered); });
      });
    });
  };

  /* asked: {q, units, kind, from, to, sort, offset, limit, lang}; resolves to {total, exact, relaxed, rows, facets}. */
  Index.prototype.search = function (asked) {
    var self = this;
    return this.find(terms(asked.q)).then(function (found) {
      var kept = found.numbers.filter(function (number) { return self.passes(asked, number, ""); });
      if (asked.sort === "oldest" && !found.relaxed) {
        kept.sort(function (one, other) {
          var a = self.dates[one] || "9999", b = self.dates[other] || "9999";
          return a < b ? -1 : a > b ? 1 : one - other;
        });
      }
      var from = asked.offset || 0, page = kept.slice(from, from + (asked.limit === undefined ? 20 : asked.limit));
      return Promise.all(page.map(self.document, self)).then(function (read) {
        return {
          total: kept.length,
          exact: found.exact,
          relaxed: found.relaxed,
          needles: found.needles,
          rows: read.map(function (entry, n) { return self.row(page[n], entry, found.needles, asked.lang); }),
          facets: {
            unit: self.facet("unit", asked, found.numbers),
            kind: self.facet("kind", asked, found.numbers),
            year: self.facet("year", asked, found.numbers)
          }
        };
      });
    });
  };

  Index.prototype.passes = function (asked, number, leaveOut) {
    var source = this.sources[this.sourceOf[number]], day = this.dates[number];
    var places = [source.unit].concat(source.above);
    return (!asked.units || leaveOut === "unit" || places.some(function (unit) { return asked.units.indexOf(unit[0]) >= 0; })) &&
      (!asked.kind || leaveOut === "kind" || source.kind[0] === asked.kind) &&
      (!(asked.from || asked.to) || leaveOut === "year" ||
        (day !== "" && (!asked.from || day >= asked.from) && (!asked.to || day <= asked.to)));
  };

  /* [[value, count], …]: most first, equal ones by name. */
  Index.prototype.facet = function (name, asked, numbers) {
    var counts = Object.create(null);
    numbers.forEach(function (number) {
      var source = this.sources[this.sourceOf[number]];
      var value = name === "year" ? this.dates[number].slice(0, 4) : source[name][0];
      if (value && this.passes(asked, number, name)) { counts[value] = (counts[value] || 0) + 1; }
    }, this);
    return Object.keys(counts).map(function (value) { return [value, counts[value]]; }).sort(function (one, other) {
      return other[1] - one[1] || (one[0] < other[0] ? -1 : 1);
    });
  };

  Index.prototype.row = function (number, entry, needles, lang) {
    var source = this.sources[this.sourceOf[number]], title = entry[lang === "en" ? 2 : 1];
    return {
      url: entry[0], title: title, date: this.dates[number], amount: entry[4],
      unit: source.unit, kind: source.kind, period: source.period, pieces: pieces(entry[3], title, needles)
    };
  };

  /* The label of a facet's value, from the newest source that has it; undefined for a year. */
  Index.prototype.label = function (name, value) {
    for (var n = 0; n < this.sources.length; n++) {
      var source = this.sources[n], among = name === "unit" ? [source.unit].concat(source.above) : [source[name]];
      for (var at = 0; at < among.length; at++) { if (among[at] && among[at][0] === value) { return among[at]; } }
    }
    return undefined;
  };

  /* Resolves to pairs that begin like a term nothing was found for, those in most documents first. */
  Index.prototype.alike = function (term) {
    var found = [];
    return this.eachBeginning(symbols(term)[0], function (gram, packed) {
      var count = 0;
      unpack(packed, function () { count++; });
      if (symbols(gram).length === 2 && /[\u3400-\u9fff]{2}/.test(gram)) { found.push([gram, count]); }
    }).then(function () {
      return found.sort(function (one, other) { return other[1] - one[1] || (one[0] < other[0] ? -1 : 1); }).slice(0, 3);
    });
  };

  return {
    put: put, open: open, unpack: unpack, normalise: normalise, grams: grams, terms: terms, gramsOf: gramsOf,
    subjects: subjects, halves: halves, pairs: pairs, occurrences: occurrences, spans: spans, pieces: pieces
  };
}());
