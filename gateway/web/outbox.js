// What was said but not yet accepted by the server. An entry is written to the phone before the first
// attempt and removed after the server's answer; every attempt carries the same client_id. So nothing is
// lost by a reload, a dead spot or a restart, and nothing arrives twice.
//
// One entry at a time, in order: "photo, then 完成" must reach the bot as it was said.

import { Refused, newClientId } from './api.js';
import { fileStore } from './storage.js';

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

export class Outbox {
  /**
   * @param {import('./api.js').Api} api
   * @param {import('./storage.js').Storage} storage
   * @param {{sent: (message: object, entry: object) => void, changed: () => void, gone: () => void}} on
   */
  constructor(api, storage, on) {
    this.api = api;
    this.storage = storage;
    this.on = on;
    this.entries = [];
    this.wait = FIRST_WAIT;
    this.running = false;
  }

  /** Bring back what an earlier page left; entries whose bytes are gone cannot be sent any more. */
  async restore() {
    for (const saved of this.storage.list('out/')) {
      const entry = JSON.parse(saved);
      if (this.entries.some((other) => other.client_id === entry.client_id)) continue;
      if (entry.kind !== 'text') {
        entry.file = await fileStore.get(entry.client_id);
        if (!entry.file) {
          this.#forget(entry);
          continue;
        }
        if (entry.kind === 'photo') entry.preview = URL.createObjectURL(entry.file);
      }
      this.entries.push({ ...entry, state: 'waiting' });
    }
    this.flush();
  }

  addText(text) {
    this.#add({ kind: 'text', text });
  }

  async addFile({ file, name, kind, caption }) {
    const entry = { kind, name, size: file.size, text: caption, file };
    if (kind === 'photo') entry.preview = URL.createObjectURL(file);
    entry.client_id = newClientId();
    await fileStore.put(entry.client_id, file);
    this.#add(entry);
  }

  /** Try again now: all that failed for want of a connection, and `entry` even if the server had refused it. */
  retry(entry) {
    if (entry?.state === 'refused') entry.state = 'waiting';
    this.wait = FIRST_WAIT;
    this.flush();
  }

  drop(entry) {
    entry.abort?.abort();
    this.#forget(entry);
    this.on.changed();
  }

  async flush() {
    clearTimeout(this.timer);
    if (this.running) return;
    this.running = true;
    // Failed ones go first, so that what is said now does not overtake what was said before.
    for (const entry of this.entries) if (entry.state === 'failed') entry.state = 'waiting';
    let entry;
    while ((entry = this.entries.find((other) => other.state === 'waiting'))) {
      if (!(await this.#attempt(entry))) break;
    }
    this.running = false;
    this.on.changed();
  }

  #add(fields) {
    const entry = { client_id: newClientId(), date: Math.floor(Date.now() / 1000), state: 'waiting', ...fields };
    const { file, preview, state, ...saved } = entry;
    entry.key = `out/${String(Date.now()).padStart(15, '0')}-${entry.client_id}`;
    this.storage.set(entry.key, JSON.stringify({ ...saved, key: entry.key }));
    this.entries.push(entry);
    this.on.changed();
    this.flush();
  }

  #forget(entry) {
    this.storage.set(entry.key, null);
    this.entries = this.entries.filter((other) => other !== entry);
    if (entry.kind !== 'text') fileStore.drop(entry.client_id);
  }

  /** @returns {Promise<boolean>} whether the next entry may be tried at once */
  async #attempt(entry) {
    entry.state = 'sending';
    entry.reason = '';
    this.on.changed();
    try {
      const { message } = await this.#request(entry);
      this.wait = FIRST_WAIT;
      this.#forget(entry);
      this.on.sent(message, entry);
      return true;
    } catch (error) {
      if (!this.entries.includes(entry)) return true; // taken back meanwhile
      if (error instanceof Refused && error.status === 401) this.on.gone();
      if (error.code === 'not_a_photo') {
        entry.kind = 'document'; // a picture only by its name, or of odd measures: it still arrives, as a file
        entry.state = 'waiting';
        return true;
      }
      if (error instanceof Refused && !error.passing && error.status !== 401) {
        entry.state = 'refused';
        entry.reason = error.message;
        return true;
      }
      entry.state = 'failed';
      this.timer = setTimeout(() => this.flush(), error.retryAfter * 1000 || this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
      return false;
    }
  }

  async #request(entry) {
    if (entry.kind === 'text') return this.api.sendText(entry.text, entry.client_id);
    entry.abort = new AbortController();
    entry.progress = 0;
    const { file, name, kind, text: caption, client_id: clientId } = entry;
    const progress = (share) => {
      entry.progress = share;
      this.on.changed();
    };
    return this.api.sendFile({ file, name, kind, caption, clientId }, progress, entry.abort.signal);
  }
}
