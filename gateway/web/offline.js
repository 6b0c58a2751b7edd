// The last messages of a chat on this phone, so that it opens without a network. What its sender protected never
// comes to rest here, nor does any file: a picture is for the eye while there is a connection.

const KEPT = 60;
const PAUSE = 1_000;

/** Whether its sender protected this, or anything in it (a message may carry another: pinned, quoted, forwarded). */
function guarded(part) {
  if (part === null || typeof part !== 'object') return false;
  return part.has_protected_content === true || Object.values(part).some(guarded);
}

/** The message as it may rest on the phone; an open answer to a protected message rests without it. */
function resting({ reply_to_message: quoted, ...message }) {
  return quoted && !guarded(quoted) ? { ...message, reply_to_message: quoted } : message;
}

export class Copy {
  /**
   * @param {import('./vault.js').Vault} vault
   * @param {string} scope
   */
  constructor(vault, scope) {
    this.vault = vault;
    this.key = `${scope}|chat`;
    this.timer = null;
    this.last = null;
  }

  /** @returns {Promise<{me: object, messages: object[]} | undefined>} */
  load() {
    return this.vault.get(this.key).catch(() => undefined);
  }

  /** Keep this in a moment; called at every drawing. */
  note(me, messages) {
    const mark = [me, ...messages.slice(-KEPT)];
    if (this.last && mark.length === this.last.length && mark.every((part, i) => part === this.last[i])) return;
    this.last = mark;
    this.waits = { me, messages };
    this.timer ??= setTimeout(() => this.keep(), PAUSE);
  }

  /** Keep now: the page may be about to close. */
  keep() {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.waits) return;
    const { csrf, push, ...me } = this.waits.me;
    const messages = this.waits.messages.map(resting).filter((message) => !guarded(message)).slice(-KEPT);
    this.waits = null;
    const copy = { me: { ...me, pinned: guarded(me.pinned) ? null : me.pinned }, messages };
    this.putting = this.vault.put(this.key, copy).catch(() => {});
  }

  /** @returns {Promise<void>} settled when nothing of it is on its way to the disk any more */
  async stop() {
    clearTimeout(this.timer);
    this.waits = null;
    await this.putting;
  }
}
