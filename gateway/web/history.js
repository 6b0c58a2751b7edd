// The messages this page holds: one unbroken stretch of the conversation. Usually its newest end; after a
// jump to an old message it is the stretch around that one, and what arrives meanwhile waits aside.

const PAGE = 40;

export class History {
  /**
   * @param {import('./api.js').Api} api
   * @param {() => void} changed
   */
  constructor(api, changed) {
    this.api = api;
    this.changed = changed;
    this.byId = new Map();
    this.more = false; // there are older ones
    this.detached = false; // there are newer ones than the newest held here
    this.older = 'idle'; // loading, failed
    this.newer = 'idle';
    this.aside = new Map();
    this.fetches = 0;
  }

  get list() {
    return [...this.byId.values()].sort((a, b) => a.message_id - b.message_id);
  }

  /** What the phone remembers, until the server is heard. */
  recall(messages) {
    this.byId = new Map(messages.map((message) => [message.message_id, message]));
  }

  /** The newest page, in the place of whatever was held. */
  async newest() {
    this.aside.clear();
    const { messages, more } = await this.#fetching(() => this.api.messages(null, PAGE));
    this.#become(messages, more, false);
  }

  /** The stretch around this message. @returns {Promise<boolean>} whether the message is still there */
  async around(id) {
    if (this.byId.has(id)) return true;
    const { messages, more, more_after: moreAfter } = await this.#fetching(() => this.api.around(id, PAGE));
    if (!messages.some((message) => message.message_id === id)) return false;
    this.#become(messages, more, Boolean(moreAfter));
    this.changed();
    return true;
  }

  loadOlder() {
    if (!this.more || this.older === 'loading') return undefined;
    return this.#load('older', async () => {
      const { messages, more } = await this.api.messages(Math.min(...this.byId.keys()), PAGE);
      return () => {
        for (const message of messages) this.byId.set(message.message_id, message);
        this.more = more && messages.length > 0;
      };
    });
  }

  loadNewer() {
    if (!this.detached || this.newer === 'loading') return undefined;
    return this.#load('newer', async () => {
      const last = Math.max(...this.byId.keys());
      const { messages, more_after: moreAfter } = await this.#fetching(() => this.api.around(last, 2 * PAGE));
      return () => {
        const fresh = messages.filter((message) => message.message_id > last);
        for (const message of fresh) this.byId.set(message.message_id, message);
        this.#join(Boolean(moreAfter) && fresh.length > 0);
      };
    });
  }

  /** A new message. */
  take(message) {
    if (!this.detached) this.byId.set(message.message_id, message);
    if (this.detached || this.fetches) this.aside.set(message.message_id, message);
  }

  /** An edited one: only where it is held. */
  replace(message) {
    for (const held of [this.byId, this.aside]) if (held.has(message.message_id)) held.set(message.message_id, message);
  }

  drop(ids) {
    for (const id of ids) {
      this.byId.delete(id);
      this.aside.delete(id);
    }
  }

  /** A message the page may still know although it is not part of the stretch. */
  get(id) {
    return this.byId.get(id) ?? this.aside.get(id);
  }

  #become(messages, more, detached) {
    this.byId = new Map(messages.map((message) => [message.message_id, message]));
    this.more = more;
    this.older = this.newer = 'idle';
    this.#join(detached);
  }

  /** What came live while the newest stretch was being fetched belongs at its end. */
  #join(detached) {
    this.detached = detached;
    if (detached) return;
    for (const [id, message] of this.aside) this.byId.set(id, message);
    this.aside.clear();
  }

  async #fetching(work) {
    this.fetches += 1;
    try {
      return await work();
    } finally {
      this.fetches -= 1;
    }
  }

  async #load(side, work) {
    this[side] = 'loading';
    this.changed();
    const held = this.byId;
    try {
      const apply = await work();
      if (this.byId === held) apply(); // else the reader jumped elsewhere meanwhile
      this[side] = 'idle';
    } catch {
      this[side] = 'failed';
    }
    this.changed();
  }
}
