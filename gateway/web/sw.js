// The service worker: keeps the page itself (never a message, never a file of a chat) so that it opens without a
// network, and shows a push. A classic script: old web views cannot load a module here.
// The server puts two lines before this file: VERSION and FILES, name → hash of every file of this version.

const CACHE = `xm-page-${VERSION}`;
const STATE = 'xm-state'; // the chat opened last; the worker cannot see localStorage
const BASE = `/web/v/${VERSION}/`;
const LAST = '/web/last-chat';
const CHAT = /^\/c\/\d+\/\w+(\/g\/\d+)?$/;
const PATIENCE = 8_000;
const HOLD_KEY = 15_000;

let held = null; // the key of a page that is going to another chat; in memory only, and only for a moment

/** One file after the other: on a village's network the page itself comes first, and what is there already stays. */
async function fill() {
  const cache = await caches.open(CACHE);
  for (const [name, etag] of Object.entries(FILES)) {
    const url = BASE + name;
    if (await cache.match(url)) continue;
    const response = (await older(name, etag)) || (await fetch(url));
    if (!response.ok) throw new Error(name);
    await cache.put(url, response);
  }
}

async function older(name, etag) {
  for (const key of await caches.keys()) {
    if (!key.startsWith('xm-page-') || key === CACHE) continue;
    const cache = await caches.open(key);
    const found = await cache.match(`/web/v/${key.slice('xm-page-'.length)}/${name}`);
    if (found && found.headers.get('ETag') === etag) return anew(found);
  }
  return undefined;
}

/** Without its old address: a module imports its neighbours from where its answer says that it came from. */
async function anew(found) {
  const headers = new Headers(found.headers);
  headers.delete('Content-Encoding');
  headers.delete('Content-Length');
  return new Response(await found.blob(), { headers });
}

/** The version before stays for tabs that are still open with it; older ones go. */
async function tidy() {
  const pages = (await caches.keys()).filter((key) => key.startsWith('xm-page-') && key !== CACHE);
  await Promise.all(pages.slice(0, -1).map((key) => caches.delete(key)));
}

self.addEventListener('install', (event) => event.waitUntil(fill()));
self.addEventListener('activate', (event) => event.waitUntil(tidy().then(() => self.clients.claim())));

const kept = (name) => caches.match(BASE + name);

async function remember(path) {
  await (await caches.open(STATE)).put(LAST, new Response(path));
}

async function lastChat() {
  const found = await caches.match(LAST);
  return found ? found.text() : '';
}

function withPatience(request) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('slow')), PATIENCE);
    fetch(request).then(resolve, reject);
  });
}

/** A chat's page is the same for everybody and comes from the phone; whether it may show anything, the server says. */
async function chatPage(request, path) {
  await remember(path);
  return (await kept('index.html')) || fetch(request);
}

async function otherPage(request, path) {
  try {
    return await (path === '/' ? withPatience(request) : fetch(request));
  } catch (error) {
    const last = path === '/' ? await lastChat() : '';
    return last ? Response.redirect(last, 302) : (await kept('offline.html')) || Response.error();
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate') {
    const page = CHAT.test(url.pathname) ? chatPage(request, url.pathname) : otherPage(request, url.pathname);
    event.respondWith(page);
  } else if (url.pathname.startsWith('/web/v/')) {
    event.respondWith(caches.match(request, { ignoreSearch: true }).then((found) => found || fetch(request)));
  }
});

self.addEventListener('message', (event) => {
  const { what, key } = event.data || {};
  if (what === 'take') self.skipWaiting();
  if (what === 'key') held = { key, until: performance.now() + HOLD_KEY };
  if (what === 'key?') {
    event.ports[0].postMessage(held && held.until > performance.now() ? held.key : null);
    held = null;
  }
  if (what === 'forget') {
    held = null;
    event.waitUntil(caches.delete(STATE));
  }
});

// A push carries a code, never a name or a text: whoever holds the phone in a bus sees only that there is something.
self.addEventListener('push', (event) => {
  let told = {};
  try {
    told = event.data.json();
  } catch (error) {
    // an empty push still means that there is something
  }
  const urgent = told.urgent === true;
  event.waitUntil(
    self.registration.showNotification('小苗', {
      body: urgent ? '有紧急消息，请马上打开' : '小苗有新消息',
      tag: urgent ? 'xm-urgent' : 'xm-new',
      renotify: true,
      requireInteraction: urgent,
      icon: `${BASE}icon-192.png`,
      badge: `${BASE}badge-96.png`,
      lang: 'zh-CN',
    }),
  );
});

async function openChat() {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const chat = pages.find((page) => CHAT.test(new URL(page.url).pathname));
  if (chat) return chat.focus();
  return self.clients.openWindow((await lastChat()) || '/');
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(openChat());
});
