// Makes the site work without a network after the first visit. Files under static/ never change: their addresses hold their hashes.

const EDITION = "$edition"; // of the pages
const PAGES = $pages;
const FILES = $files; // what the pad needs, with the networks that read on it

const PAGES_CACHE = `pages-${EDITION}`;
const FILES_CACHE = "files";
const absolute = (path) => new URL(path, registration.scope).href;

async function keep() {
  await (await caches.open(PAGES_CACHE)).addAll(PAGES.map((path) => new Request(absolute(path), { cache: "reload" })));
  const files = await caches.open(FILES_CACHE);
  const missing = await Promise.all(FILES.map(absolute).map(async (url) => ((await files.match(url)) ? [] : [url])));
  await files.addAll(missing.flat());
}

/** Drop the pages of other editions, and files that this edition does not name. */
async function tidy() {
  for (const name of await caches.keys()) if (name.startsWith("pages-") && name !== PAGES_CACHE) await caches.delete(name);
  const files = await caches.open(FILES_CACHE);
  const current = new Set(FILES.map(absolute));
  for (const { url } of await files.keys()) if (!current.has(url)) await files.delete(url);
  await clients.claim();
}

async function answer(request) {
  const url = new URL(request.url);
  url.search = ""; // a page's state
  const cache = await caches.open(url.href.startsWith(absolute("static/")) ? FILES_CACHE : PAGES_CACHE);
  const kept = await cache.match(url.href.endsWith("/") ? `${url.href}index.html` : url.href);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && response.type === "basic") cache.put(url.href, response.clone());
  return response;
}

addEventListener("install", (event) => event.waitUntil(keep().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(registration.scope)) event.respondWith(answer(event.request));
});
