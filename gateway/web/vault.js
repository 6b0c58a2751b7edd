// What rests on this phone: drafts, unsent messages, the last messages of each chat. One IndexedDB for all
// chats. With a key (made from the PIN, see lock.js) everything in it is sealed with AES-GCM; the key itself
// lives in memory only. Where the browser gives no storage (a private window), memory has to do.

const DB = 'xm';
const VERSION = 1;
const IV = 12;

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DB, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('kept');
      // Numbered by the database: the order of what waits must not hang on the phone's clock.
      request.result.createObjectStore('out', { autoIncrement: true });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}

const text = new TextEncoder();

async function seal(key, bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(IV));
  return { iv, sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes) };
}

const unseal = (key, { iv, sealed }) => crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed);

const filled = (file) => (file ? { file } : {});

export class Vault {
  constructor() {
    this.db = null;
    this.key = null;
    this.memory = { kept: new Map(), out: new Map() };
    this.count = 0;
    this.shut = false; // a PIN is set and cannot be used to seal: nothing may rest here
  }

  async open() {
    try {
      this.db = await open();
      this.db.onversionchange = () => this.db.close(); // a newer page wants to change the shape
    } catch {
      this.db = null;
    }
    return this;
  }

  // -- one value by its key

  async get(key) {
    const row = await this.#run('kept', 'readonly', (store) => store.get(key));
    return row === undefined ? undefined : this.#opened(row);
  }

  /** Rejects when the phone has no room left. */
  put(key, value) {
    return this.#store('kept', { value }, key);
  }

  drop(key) {
    return this.#run('kept', 'readwrite', (store) => store.delete(key));
  }

  // -- what waits to be sent, in order

  /** @returns {Promise<number>} its number; rejects when the phone has no room left */
  addOut(scope, entry, file) {
    return this.#store('out', { scope, value: entry, ...filled(file) });
  }

  /** Everything that waits in this chat, oldest first: `{number, entry, file}`. */
  async listOut(scope) {
    const found = [];
    for (const [number, row] of await this.#all('out')) {
      if (row.scope !== scope) continue;
      try {
        found.push({ number, entry: await this.#opened(row), file: await this.#openedFile(row) });
      } catch {
        // sealed with another PIN: the right one will show it
      }
    }
    return found;
  }

  async hasOut(number) {
    return (await this.#run('out', 'readonly', (store) => store.get(number))) !== undefined;
  }

  dropOut(number) {
    return this.#run('out', 'readwrite', (store) => store.delete(number));
  }

  /** How many messages wait in all chats together. */
  async waiting() {
    return (await this.#all('out')).length;
  }

  // -- all of it

  /** Forget the messages of every chat; with `everything` drafts and unsent ones too. */
  async wipe(everything) {
    if (everything) {
      await this.#run('out', 'readwrite', (store) => store.clear());
      await this.#run('kept', 'readwrite', (store) => store.clear());
      return;
    }
    for (const [key] of await this.#all('kept')) if (key.endsWith('|chat')) await this.drop(key);
  }

  /** Seal everything with `key` from now on, or with nothing (`null`); what is already here is sealed anew, at once or
   * not at all, and keeps its number. */
  async rekey(key) {
    const kept = [];
    const out = [];
    for (const [name, row] of await this.#all('kept')) kept.push([name, { value: await this.#opened(row) }]);
    for (const [number, row] of await this.#all('out')) {
      out.push([number, { scope: row.scope, value: await this.#opened(row), ...filled(await this.#openedFile(row)) }]);
    }
    this.key = key;
    if (key) for (const pair of [...kept, ...out]) pair[1] = await this.#sealed(pair[1]);
    if (!this.db || this.shut) return;
    await new Promise((resolve, reject) => {
      const transaction = this.db.transaction(['kept', 'out'], 'readwrite');
      for (const [store, rows] of [['kept', kept], ['out', out]]) {
        const held = transaction.objectStore(store);
        held.clear();
        for (const [name, row] of rows) held.put(row, name);
      }
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  /** From now on nothing rests here, and what did goes: a PIN is set and this browser cannot seal, or it is over. What
   * is still being sealed somewhere ends in memory. */
  async seclude() {
    const disk = this.db;
    this.shut = true;
    this.memory = { kept: new Map(), out: new Map() };
    if (!disk) return;
    await new Promise((resolve, reject) => {
      const transaction = disk.transaction(['kept', 'out'], 'readwrite');
      transaction.objectStore('kept').clear();
      transaction.objectStore('out').clear();
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  }

  // -- inside

  async #opened(row) {
    if (!row.sealed) return row.value;
    return JSON.parse(new TextDecoder().decode(await unseal(this.key, row)));
  }

  async #openedFile(row) {
    if (!row.file || !row.file.sealed) return row.file;
    return new Blob([await unseal(this.key, row.file)], { type: row.file.type });
  }

  /** Without a key the row is on its way to the disk before this returns, so a reload right after keeps it. */
  #store(store, row, key) {
    if (this.shut) return Promise.resolve(this.#remember(store, row, key));
    if (!this.key) return this.#write(store, row, key);
    return this.#sealed(row).then((ready) => this.#write(store, ready, key));
  }

  async #sealed({ value, file, ...rest }) {
    const row = { ...rest, ...(await seal(this.key, text.encode(JSON.stringify(value)))) };
    if (file) row.file = { ...(await seal(this.key, await file.arrayBuffer())), type: file.type };
    return row;
  }

  #write(store, row, key) {
    return this.#run(store, 'readwrite', (rows) => (key === undefined ? rows.add(row) : rows.put(row, key)), () =>
      this.#remember(store, row, key));
  }

  #remember(store, row, key) {
    const number = key === undefined ? (this.count += 1) : key;
    this.memory[store].set(number, row);
    return number;
  }

  async #all(store) {
    const keys = await this.#run(store, 'readonly', (rows) => rows.getAllKeys());
    const rows = await this.#run(store, 'readonly', (found) => found.getAll());
    return keys.map((key, index) => [key, rows[index]]).filter(([, row]) => row !== undefined);
  }

  #run(store, mode, work, instead) {
    if (!this.db || this.shut) return Promise.resolve(instead ? instead() : work(new Memory(this.memory[store])));
    return new Promise((resolve, reject) => {
      let transaction;
      try {
        transaction = this.db.transaction(store, mode);
      } catch (error) {
        reject(error);
        return;
      }
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
      if (mode === 'readwrite') transaction.commit(); // do not wait for the turn to end: the page may be closing
    });
  }
}

/** The few calls of an object store, on a Map. */
class Memory {
  constructor(rows) {
    this.rows = rows;
  }

  get(key) {
    return this.rows.get(key);
  }

  getAll() {
    return [...this.rows.values()];
  }

  getAllKeys() {
    return [...this.rows.keys()];
  }

  delete(key) {
    this.rows.delete(key);
  }

  clear() {
    this.rows.clear();
  }
}
