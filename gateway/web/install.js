// The page as an app on this phone: the service worker, and the quiet word when a new version is there.

const CHECK = 60 * 60 * 1000;
const version = new URL(import.meta.url).pathname.split('/')[3] ?? '';

export class Install {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.fresh = false; // a newer version waits
    this.checked = 0;
    this.waiting = null;
  }

  /** After the page works: on a slow network the app comes second. */
  async start() {
    this.checked = performance.now();
    const workers = navigator.serviceWorker; // missing on plain http
    if (!workers) return;
    let taken = Boolean(workers.controller);
    workers.addEventListener('controllerchange', () => {
      if (taken && this.asked) location.reload();
      taken = true;
    });
    try {
      this.registration = await workers.register('/sw.js', { updateViaCache: 'none' });
    } catch {
      return; // storage full or forbidden: the page works without
    }
    if (this.registration) this.#watch(this.registration);
  }

  #watch(registration) {
    const look = () => {
      // With no page of an older version in charge the new one takes over by itself.
      if (!registration.waiting || !navigator.serviceWorker.controller) return;
      this.waiting = registration.waiting;
      this.fresh = true;
      this.changed();
    };
    look();
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', look);
    });
  }

  /** Ask whether there is a newer version, at most once an hour, or at once after the server was away. */
  async check(now = false) {
    if (!this.checked || (!now && performance.now() - this.checked < CHECK)) return;
    this.checked = performance.now();
    try {
      if (this.registration) {
        await this.registration.update();
      } else {
        const served = await (await fetch('/web/version')).json();
        if (version && served.version !== version) {
          this.fresh = true;
          this.changed();
        }
      }
    } catch {
      // another time
    }
  }

  /** The person tapped: the new version takes over and the page opens anew; what was typed is kept. */
  update() {
    this.asked = true;
    if (this.waiting) this.waiting.postMessage({ what: 'take' });
    else location.reload();
  }
}

/** Going to another chat of ours: the key travels in the worker's memory for a moment, so the PIN is not asked again. */
export function handOver(key) {
  if (key) navigator.serviceWorker?.controller?.postMessage({ what: 'key', key });
}

/** The key a page of ours left a moment ago, or null. */
export function takeOver() {
  const worker = navigator.serviceWorker?.controller;
  if (!worker) return Promise.resolve(null);
  return new Promise((resolve) => {
    const line = new MessageChannel();
    line.port1.onmessage = (e) => resolve(e.data);
    setTimeout(() => resolve(null), 500);
    worker.postMessage({ what: 'key?' }, [line.port2]);
  });
}

export const forgetLastChat = () => navigator.serviceWorker?.controller?.postMessage({ what: 'forget' });
