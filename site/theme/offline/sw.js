/* Keeps the pages that were opened, and those of a unit that was visited, for where there is no network.
   The network always comes first: what was withdrawn or changed is gone from the phone with the next look.
   Classic script, nothing newer than ES2015. The service's own pages (letters, the desk) are never kept. */
(function () {
  "use strict";

  var KEPT = "kept";
  var MOST = 400;                 // pages; the oldest go first
  var MOST_INDEX = 6000000;       // bytes of the search files, a third packed; above that only those that were used
  var ROOT = new URL("./", self.location).pathname;
  var SERVED = /^(en\/)?(ask|track|follow|desk|api|open311|healthz|readyz|metrics|status)(\/|$)/;

  /* The first page of all is called "": read beside this file, that would be this file. */
  function at(path) { return new URL(path || "./", self.location).href; }

  function ours(url) {
    var there = new URL(url);
    return there.origin === self.location.origin && there.pathname.indexOf(ROOT) === 0 &&
      !SERVED.test(there.pathname.slice(ROOT.length));
  }

  function bare(url) {
    var there = new URL(url);
    return there.origin + there.pathname;
  }

  /* Pages only are counted: the search alone has hundreds of files, and would push the first pages out. */
  function shorten(cache) {
    return cache.keys().then(function (keys) {
      var pages = keys.filter(function (key) { return !/\/(assets|offline)\//.test(key.url); });
      return Promise.all(pages.slice(0, Math.max(0, pages.length - MOST)).map(function (key) { return cache.delete(key); }));
    });
  }

  function keep(url, response) {
    return caches.open(KEPT).then(function (cache) {
      if (response.status === 404 || response.status === 410) { return cache.delete(bare(url)); }
      if (response.status !== 200 || response.type !== "basic" || response.redirected) { return null; }
      return cache.put(bare(url), response).then(function () { return shorten(cache); });
    });
  }

  function fallBack(request) {
    return caches.open(KEPT).then(function (cache) {
      return cache.match(bare(request.url)).then(function (found) {
        if (found || request.mode !== "navigate") { return found || Response.error(); }
        var en = new URL(request.url).pathname.indexOf(ROOT + "en/") === 0;
        return cache.match(at(en ? "en/offline/" : "offline/")).then(function (page) { return page || Response.error(); });
      });
    });
  }

  function bring(url) {
    return fetch(url, { credentials: "same-origin" }).then(function (response) { return keep(url, response); })
      .catch(function () { return null; });
  }

  /* Only what is not there yet: a page is fetched anew when it is opened, and sixty requests for each look would cost
     the reader money and the server its breath. One after the other, so that a page somebody waits for is not held up. */
  function bringAll(urls) {
    return caches.open(KEPT).then(function (cache) {
      return urls.filter(ours).reduce(function (before, url) {
        return before.then(function () { return cache.match(bare(url)); })
          .then(function (found) { return found ? null : bring(url); });
      }, Promise.resolve());
    });
  }

  /* What was withdrawn, and files of the search of an earlier release: they hold words that may have been withdrawn. */
  function forget(told) {
    var gone = told.gone.map(at), index = told.search.map(at), old = at("assets/search/");
    return caches.open(KEPT).then(function (cache) {
      return cache.keys().then(function (keys) {
        return Promise.all(keys.filter(function (key) {
          return gone.indexOf(key.url) >= 0 || (key.url.indexOf(old) === 0 && index.indexOf(key.url) < 0);
        }).map(function (key) { return cache.delete(key); }));
      });
    });
  }

  function told() {
    return fetch(at("offline.json"), { cache: "no-cache" }).then(function (answer) { return answer.json(); });
  }

  /* What was withdrawn goes first, whether anybody opens it again or not. */
  function bringIndex(wanted) {
    return told().then(function (told) {
      return forget(told).then(function () { return told; });
    }).then(function (told) {
      return !wanted || told.bytes > MOST_INDEX ? null : bringAll(told.search.map(at));
    }).catch(function () { return null; });
  }

  self.addEventListener("install", function (event) {
    event.waitUntil(told().then(function (told) { return bringAll(told.first.map(at)); })
      .then(function () { return self.skipWaiting(); }));
  });

  self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });

  self.addEventListener("fetch", function (event) {
    var request = event.request;
    if (request.method !== "GET" || !ours(request.url)) { return; }
    event.respondWith(fetch(request).then(function (response) {
      event.waitUntil(keep(request.url, response.clone()));
      return response;
    }).catch(function () { return fallBack(request); }));
  });

  self.addEventListener("message", function (event) {
    event.waitUntil(bringAll(event.data.keep).then(function () { return bringIndex(event.data.index); }));
  });
}());
