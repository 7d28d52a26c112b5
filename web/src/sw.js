// Keeps the pages on the phone, so that they open without a signal. The build puts the list of files and their version in
// (vite.config.ts). The data of the server are never answered from here, only what the pages are made of.

/** Every file of the build, and what they add up to. @type {{ version: string, files: string[] }} */
const BUILD = self.__BUILD__;
const PAGES = `giapranh-${BUILD.version}`;
/** The engine comes with the first area that is taken along; nobody else has to load it. */
const ENGINE = "giapranh-engine";
/** Each area's base map has a cache of its own (field/basekeep.ts). */
const BASE = "giapranh-basemap-";
/** A page is asked for by its name alone. */
const NAMED = { "": "index.html", field: "field.html", data: "data.html" };
const files = new Set(BUILD.files);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(PAGES).then((cache) => cache.addAll(BUILD.files.map((file) => new Request(file, { cache: "reload" })))));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("giapranh-") && name !== PAGES && name !== ENGINE && !name.startsWith(BASE);
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

// A newer version waits until a person takes it: a page that reloads by itself would end a perimeter being walked.
self.addEventListener("message", (event) => event.data === "take" && self.skipWaiting());

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const scope = new URL(self.registration.scope);
  if (request.method !== "GET" || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return;
  const path = url.pathname.slice(scope.pathname.length);
  const file = NAMED[path] ?? path;
  if (files.has(file)) {
    event.respondWith(caches.open(PAGES).then((cache) => cache.match(new URL(file, scope))).then((kept) => kept ?? fetch(request)));
  } else if (/^phone\/[^/]+\.wasm$/.test(path)) {
    event.respondWith(newest(request));
  } else if (/^basemap\/\d+\/\d+\/\d+$/.test(path)) {
    event.respondWith(takenAlong(request));
  }
});

/** A tile that is on the phone, whichever area it came with; else from the network. */
async function takenAlong(request) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(BASE)) continue;
    const kept = await (await caches.open(name)).match(request.url);
    if (kept) return kept;
  }
  return fetch(request);
}

/** From the network, and kept; without a network what was kept. */
async function newest(request) {
  const cache = await caches.open(ENGINE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(request);
    if (kept) return kept;
    throw error;
  }
}
