// What this phone remembers for one chat. Every access is guarded: in private windows and with full
// storage the browser throws, and a chat that merely forgets is better than one that does not open.

export class Storage {
  /** @param {string} scope keeps the chats of several people on one phone apart */
  constructor(scope) {
    this.prefix = `xm/${scope}/`;
  }

  get(key) {
    try {
      return localStorage.getItem(this.prefix + key);
    } catch {
      return null;
    }
  }

  set(key, value) {
    try {
      if (value === null || value === '') localStorage.removeItem(this.prefix + key);
      else localStorage.setItem(this.prefix + key, value);
      return true;
    } catch {
      return false;
    }
  }

  /** All values whose key starts with `start`, in key order. */
  list(start) {
    const found = [];
    try {
      for (let i = 0; i < localStorage.length; i++) {
        const key = localStorage.key(i);
        if (key.startsWith(this.prefix + start)) found.push(key);
      }
      return found.sort().map((key) => localStorage.getItem(key));
    } catch {
      return [];
    }
  }
}

// Files do not fit into localStorage; their bytes wait in IndexedDB under the message's client_id.
function database() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('xm-files', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('files');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inFiles(mode, work) {
  try {
    const db = await database();
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction('files', mode);
      const request = work(transaction.objectStore('files'));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    }).finally(() => db.close());
  } catch {
    return undefined;
  }
}

export const fileStore = {
  put: (id, blob) => inFiles('readwrite', (files) => files.put(blob, id)),
  get: (id) => inFiles('readonly', (files) => files.get(id)),
  drop: (id) => inFiles('readwrite', (files) => files.delete(id)),
};
