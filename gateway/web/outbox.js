// What was said but not yet accepted by the server. An entry is written to the phone before the first
// attempt and removed after the server's answer; every attempt carries the same client_id. So nothing is
// lost by a reload, a dead spot or a restart, and nothing arrives twice.
//
// One entry at a time, in order: "photo, then 完成" must reach the bot as it was said. Several tabs of one chat
// show the same entries and take turns in sending. Only a file the server has no room for, or cannot have looked at,
// steps aside: words go on, and the file is tried again later.

import { Refused, newClientId } from './api.js';
import { Tabs, alone } from './alone.js';

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
const LONGEST_ASIDE = 600_000; // each try of a photo is megabytes of somebody's money
const FILES_WAIT = new Set(['no_room', 'no_scan']); // why files cannot be taken for a while, when words can
const FILES = new Set(['photo', 'document', 'voice', 'video', 'audio']);

/** Whether this entry carries bytes; the others (text, contact, location) are a few words. */
export const isFile = (entry) => FILES.has(entry.kind);

export class Outbox {
  /**
   * @param {import('./api.js').Api} api
   * @param {import('./storage.js').Storage} storage
   * @param {object} on
   * @param {(message: object, notice?: string) => void} on.sent
   * @param {() => void} on.changed
   * @param {() => void} on.gone the session has ended
   * @param {() => void} [on.locked] the session waits for its PIN
   * @param {() => void} [on.full] the phone has no room to keep what was said
   */
  constructor(api, storage, on) {
    this.api = api;
    this.storage = storage;
    this.on = on;
    this.entries = [];
    this.wait = FIRST_WAIT;
    this.running = false;
    this.saving = Promise.resolve();
    this.tabs = new Tabs((told) => told.out === storage.scope && this.#sync());
  }

  /** Bring back what an earlier page left, and try to send it. */
  async restore() {
    await this.show();
    this.flush();
  }

  /** The same without sending: there may be no connection. */
  async show() {
    await this.#sync();
    this.on.changed();
  }

  /** As the vault has it: another tab of this chat may have added, sent or dropped something. */
  async #sync() {
    await this.saving;
    const kept = await this.storage.vault.listOut(this.storage.scope).catch(() => null);
    if (!kept) return;
    const numbers = new Set(kept.map(({ number }) => number));
    this.entries = this.entries.filter((entry) => entry.number === null || entry.state === 'sending' || numbers.has(entry.number));
    for (const { number, entry, file } of kept) {
      if (this.entries.some((other) => other.client_id === entry.client_id)) continue;
      const preview = entry.kind === 'photo' && file ? { preview: URL.createObjectURL(file) } : {};
      this.entries.push({ ...entry, ...preview, file, number, state: 'waiting' });
    }
    this.entries.sort((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity));
    this.on.changed();
  }

  /** @param {number} [replyTo] the message this answers */
  addText(text, replyTo) {
    this.#add({ kind: 'text', text, replyTo });
  }

  /** The person's own name and number: the server knows them. */
  addContact() {
    this.#add({ kind: 'contact', text: '' });
  }

  /** @param {{latitude: number, longitude: number, horizontal_accuracy?: number}} place */
  addLocation(place) {
    this.#add({ kind: 'location', text: '', place });
  }

  async addFile({ file, name, kind, caption, duration, replyTo }) {
    const entry = { kind, name, size: file.size, text: caption, file, duration, replyTo };
    if (kind === 'photo') entry.preview = URL.createObjectURL(file);
    await this.#add(entry);
  }

  /** Try again now: all that failed for want of a connection, and `entry` even if the server had refused it. */
  retry(entry) {
    if (entry?.state === 'refused') entry.state = 'waiting';
    if (entry) entry.aside = entry.rest = 0;
    this.wait = FIRST_WAIT;
    this.flush();
  }

  drop(entry) {
    entry.abort?.abort();
    this.#forget(entry);
    this.on.changed();
  }

  /** This page sends nothing more; what waits stays on the phone. */
  close() {
    this.closed = true;
    clearTimeout(this.timer);
    for (const entry of this.entries) entry.abort?.abort();
  }

  async flush() {
    if (this.running || this.closed) return;
    clearTimeout(this.timer);
    this.running = true;
    this.held = false;
    // Failed ones go first, so that what is said now does not overtake what was said before.
    for (const entry of this.entries) if (entry.state === 'failed' && !this.#restsFor(entry)) entry.state = 'waiting';
    if (this.#next()) await alone(`xm-out-${this.storage.scope}`, () => this.#sendAll()).catch(() => {});
    this.running = false;
    this.on.changed();
    if (this.held) return;
    if (this.#next()) this.flush(); // said between the last attempt and the end of this turn
    else this.#comeBack();
  }

  /** How many milliseconds longer this entry stands aside; 0: it may go. */
  #restsFor(entry) {
    return Math.max(0, (entry.aside ?? 0) - performance.now());
  }

  /** When the first of those that stand aside may go again. */
  #comeBack() {
    const rests = this.entries.filter((entry) => entry.state === 'failed').map((entry) => this.#restsFor(entry));
    if (rests.length && !this.closed) this.timer = setTimeout(() => this.flush(), Math.min(...rests));
  }

  #next() {
    return this.entries.find((entry) => entry.state === 'waiting');
  }

  async #sendAll() {
    let entry;
    while (!this.closed && (entry = this.#next())) {
      await entry.saved;
      if (entry.number && !(await this.storage.vault.hasOut(entry.number).catch(() => true))) {
        this.entries = this.entries.filter((other) => other !== entry); // another tab was faster
      } else if (!(await this.#attempt(entry))) {
        this.held = true; // the timer, or whoever signs in, comes back to it
        return;
      }
    }
  }

  /** Kept first, then tried. Resolves when it is kept (or when that was not possible and was said). */
  #add(fields) {
    const entry = { client_id: newClientId(), date: Math.floor(this.api.now() / 1000), state: 'waiting', number: null, ...fields };
    const { file, preview, state, number, ...saved } = entry;
    // One after the other: a sealed photo takes longer to write than the words said after it.
    entry.saved = this.saving = this.saving
      .then(() => this.storage.vault.addOut(this.storage.scope, saved, file))
      .then(
        (given) => {
          entry.number = given;
          this.#tell();
        },
        () => this.on.full?.(),
      );
    this.entries.push(entry);
    this.on.changed();
    this.flush();
    return entry.saved;
  }

  #forget(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
    if (entry.preview) setTimeout(() => URL.revokeObjectURL(entry.preview), 10_000); // the sent photo takes its place
    return Promise.resolve(entry.saved).then(async () => {
      if (!entry.number) return;
      await this.storage.vault.dropOut(entry.number).catch(() => {});
      this.#tell();
    });
  }

  #tell() {
    this.tabs.tell({ out: this.storage.scope });
  }

  /** @returns {Promise<boolean>} whether the next entry may be tried at once */
  async #attempt(entry) {
    entry.state = 'sending';
    entry.reason = '';
    this.on.changed();
    try {
      const { message, notice } = await this.#request(entry);
      this.wait = FIRST_WAIT;
      const dropped = this.#forget(entry);
      this.on.sent(message, notice);
      await dropped; // before another tab gets its turn
      return true;
    } catch (error) {
      if (!this.entries.includes(entry)) return true; // taken back meanwhile
      if (error instanceof Refused && (error.status === 401 || error.status === 423)) {
        entry.state = 'failed'; // it stays; whoever signs in or types the PIN sends it
        if (error.status === 401) this.on.gone();
        else this.on.locked?.();
        return false;
      }
      if (error.code === 'not_a_photo' || error.code === 'not_playable') {
        entry.kind = 'document'; // a picture or film only by its name, or of odd measures: it still arrives, as a file
        entry.state = 'waiting';
        return true;
      }
      if (error instanceof Refused && !error.passing) {
        entry.state = 'refused';
        entry.reason = error.message;
        return true;
      }
      entry.state = 'failed';
      if (FILES_WAIT.has(error.code)) {
        entry.reason = error.message;
        entry.rest = Math.min(entry.rest * 2 || error.retryAfter * 1000 || LONGEST_WAIT, LONGEST_ASIDE);
        entry.aside = performance.now() + entry.rest;
        return true;
      }
      this.timer = setTimeout(() => this.flush(), error.retryAfter * 1000 || this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
      return false;
    }
  }

  async #request(entry) {
    if (entry.kind === 'text') return this.api.sendText(entry.text, entry.client_id, entry.replyTo);
    if (entry.kind === 'contact') return this.api.sendContact(entry.client_id);
    if (entry.kind === 'location') return this.api.sendLocation(entry.place, entry.client_id);
    entry.abort = new AbortController();
    entry.progress = 0;
    const { file, name, kind, text: caption, duration, replyTo, client_id: clientId } = entry;
    const progress = (share) => {
      entry.progress = share;
      this.on.changed();
    };
    return this.api.sendFile({ file, name, kind, caption, duration, replyTo, clientId }, progress, entry.abort.signal);
  }
}
