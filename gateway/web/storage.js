// What this phone remembers. Two kinds: settings of the phone (text size, …), which are nobody's secret and are
// needed before the first drawing; and what belongs to a chat, which rests in the vault. Every access is guarded:
// in private windows and with full storage the browser throws, and a chat that merely forgets is better than one
// that does not open.

export class Phone {
  constructor(prefix = 'xm/phone/') {
    this.prefix = prefix;
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
}

/** The small things of one chat (draft, folded buttons): read and set at once, written behind. */
export class Storage {
  /**
   * @param {import('./vault.js').Vault} vault
   * @param {string} scope keeps the chats of several people on one phone apart
   */
  constructor(vault, scope) {
    this.vault = vault;
    this.scope = scope;
    this.values = {};
    this.again = false;
    this.writing = null;
  }

  async open() {
    this.values = (await this.vault.get(this.#key).catch(() => undefined)) ?? {};
    return this;
  }

  get(key) {
    return this.values[key] ?? null;
  }

  set(key, value) {
    if (this.get(key) === (value || null)) return;
    if (value === null || value === '') delete this.values[key];
    else this.values[key] = value;
    this.#write();
  }

  get #key() {
    return `${this.scope}|small`;
  }

  /** One write under way at a time; what changed meanwhile goes with the next. */
  #write() {
    if (this.writing) {
      this.again = true;
      return;
    }
    this.writing = this.vault
      .put(this.#key, { ...this.values })
      .catch(() => {})
      .then(() => {
        this.writing = null;
        if (this.again) {
          this.again = false;
          this.#write();
        }
      });
  }
}
