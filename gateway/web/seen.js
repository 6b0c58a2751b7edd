// Which message a person has really had before the eyes: the page is in front, nothing lies over the conversation, and
// the end of the message is inside it. Only that is told to the server (the unread count, and the list of urgent
// messages nobody has seen, hang on it); that a message arrived on the phone says nothing.

const PAUSE = 400;

export class Seen {
  /**
   * @param {(messageId: number) => Promise<void>} tell
   * @param {() => HTMLElement | null} log
   */
  constructor(tell, log) {
    this.tell = tell;
    this.log = log;
    this.told = 0;
    this.timer = null;
  }

  /** Look again in a moment; called after every drawing and every scroll. */
  look() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.#look();
    }, PAUSE);
  }

  /** Look at once: the page is going away, and what was read until now was read. */
  now() {
    clearTimeout(this.timer);
    this.timer = null;
    this.#look();
  }

  stop() {
    clearTimeout(this.timer);
    this.tell = () => Promise.resolve();
  }

  #look() {
    const log = this.log();
    if (!log || document.visibilityState !== 'visible' || document.querySelector('dialog[open], .search')) return;
    const box = log.getBoundingClientRect();
    let newest = 0;
    for (const article of log.querySelectorAll('article[id^="m"]')) {
      const { bottom, height } = article.getBoundingClientRect();
      if (height && bottom > box.top && bottom <= box.bottom + 1) newest = Math.max(newest, Number(article.id.slice(1)) || 0);
    }
    if (newest <= this.told) return;
    const before = this.told;
    this.told = newest;
    this.tell(newest).catch(() => {
      this.told = before; // no connection: told with the next look
    });
  }
}
