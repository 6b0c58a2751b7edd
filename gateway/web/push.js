// Web Push, where the browser has it and its push service can be reached: a bonus, never a promise. The browser is
// asked only after a tap in the settings. What is sent carries no name and no text (see sw.js).

const able = () => 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

function bytes(base64url) {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

const registration = () => navigator.serviceWorker.getRegistration('/');

/** @returns {Promise<'none' | 'denied' | 'on' | 'off'>} */
export async function pushState() {
  if (!able() || !(await registration())) return 'none';
  if (Notification.permission === 'denied') return 'denied';
  const found = await (await registration()).pushManager.getSubscription();
  return found && Notification.permission === 'granted' ? 'on' : 'off';
}

/** To be called within a tap. @returns {Promise<'on' | 'denied' | 'failed'>} */
export async function pushOn(api, key) {
  if ((await Notification.requestPermission()) !== 'granted') return 'denied';
  try {
    const worker = await registration();
    const found = (await worker.pushManager.getSubscription())
      || (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) }));
    await api.push(found.toJSON());
    return 'on';
  } catch {
    return 'failed'; // the push service cannot be reached from here, or ours was away
  }
}

export async function pushOff(api) {
  const found = able() && (await (await registration())?.pushManager.getSubscription());
  if (!found) return;
  await api.pushRemove(found.endpoint).catch(() => {});
  await found.unsubscribe();
}
