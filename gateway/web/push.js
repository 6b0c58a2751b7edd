// Web Push, where the browser has it and its push service can be reached: a bonus, never a promise. The browser is
// asked only after a tap in the settings. What is sent carries no name and no text (see sw.js).

import { Refused } from './api.js';

const able = () => 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

function bytes(base64url) {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

const registration = () => navigator.serviceWorker.getRegistration('/');

let refused = false; // the server does not take what this browser has

/** @returns {Promise<'none' | 'denied' | 'on' | 'off'>} */
export async function pushState() {
  if (!able() || !(await registration())) return 'none';
  if (Notification.permission === 'denied') return 'denied';
  const found = await (await registration()).pushManager.getSubscription();
  return found && !refused && Notification.permission === 'granted' ? 'on' : 'off';
}

/** To be called within a tap. @returns {Promise<'on' | 'denied' | 'failed'>} */
export async function pushOn(api, key) {
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  let found;
  try {
    found = await subscription(key);
    await api.push(found.toJSON());
    refused = false;
    return 'on';
  } catch {
    await found?.unsubscribe().catch(() => {}); // else the settings would go on saying that reminders come
    return 'failed'; // the push service cannot be reached from here, or ours was away
  }
}

/** The browser's subscription for the server's `key`; one for another key (of a gateway before) makes way for it. */
async function subscription(key) {
  const { pushManager } = await registration();
  const found = await pushManager.getSubscription();
  if (found && madeFor(found, key)) return found;
  await found?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
}

/** Where the browser does not tell, it is taken for ours. */
function madeFor(found, key) {
  const known = found.options?.applicationServerKey;
  return !known || String(new Uint8Array(known)) === String(bytes(key));
}

/** To be called once when the page starts: the server may have lost what this browser still has (a refused push, a
 * restored gateway, a new sign-in). Where reminders were not asked for, nothing happens. */
export async function pushAgain(api, key) {
  try {
    if ((await pushState()) !== 'on') return;
    await api.push((await subscription(key)).toJSON());
  } catch (error) {
    refused = error instanceof Refused && error.status === 400; // it stays: the operator may mend the list of hosts
  }
}

export async function pushOff(api) {
  const found = able() && (await (await registration())?.pushManager.getSubscription());
  if (!found) return;
  await api.pushRemove(found.endpoint).catch(() => {});
  await found.unsubscribe();
}
