// One tab at a time. Several tabs of one chat share what waits to be sent; only the one that holds the lock sends.
// Web Locks need a secure context (https or this machine); elsewhere a lease in localStorage stands in. It is weaker
// (two tabs that start in the same instant may both take it), which is why every message carries a client_id too.

const LEASE = 10_000;
const tab = Math.random().toString(36).slice(2);

function lease(name) {
  const key = `xm/lease/${name}`;
  try {
    const [holder, until] = (localStorage.getItem(key) ?? '').split(' ');
    if (holder && holder !== tab && Number(until) > Date.now() && Number(until) < Date.now() + 2 * LEASE) return false;
    localStorage.setItem(key, `${tab} ${Date.now() + LEASE}`);
    return localStorage.getItem(key).startsWith(`${tab} `);
  } catch {
    return true;
  }
}

function release(name) {
  try {
    localStorage.removeItem(`xm/lease/${name}`);
  } catch {
    // it ends by itself
  }
}

/** Runs `work` while no other tab runs it under this name; waits for its turn. */
export async function alone(name, work) {
  if (navigator.locks) return navigator.locks.request(name, work);
  while (!lease(name)) await new Promise((resolve) => setTimeout(resolve, LEASE / 20));
  const renew = setInterval(() => lease(name), LEASE / 3);
  try {
    return await work();
  } finally {
    clearInterval(renew);
    release(name);
  }
}

/** Tells the other tabs of this phone; `hear` is called with what they tell. Without the channel each tab sees its own. */
export class Tabs {
  constructor(hear) {
    this.channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('xm') : null;
    if (this.channel) this.channel.onmessage = (e) => hear(e.data);
  }

  tell(what) {
    this.channel?.postMessage(what);
  }
}
