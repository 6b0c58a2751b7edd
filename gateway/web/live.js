// Live delivery: one EventSource, opened anew by us after every break, so that `after` is always the
// last event this page has really worked in. The browser's own reconnecting gives up on any HTTP
// error and does not notice that a phone slept.

const EVENTS = ['message', 'edited', 'deleted', 'typing', 'callback_answer', 'keyboard', 'commands', 'pinned', 'chats', 'locked', 'reset', 'over'];
// These carry no number of their own; the browser then repeats the number of the event before.
const UNCOUNTED = new Set(['typing', 'locked', 'chats', 'reset', 'over']);
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;
const SLEPT = 10_000; // hidden for longer than this: do not trust the old connection
const STREAMS = 4; // a browser grants six connections per server: more open chats than this take turns
const SIP = 500;
const BETWEEN_SIPS = 1_200;
const IN_FRONT = 2_000; // the page somebody is looking at comes back by itself, and another one rests
const QUIET = 60_000; // heartbeats are invisible to scripts; after this silence a fresh connection is the proof

/** Whether this page may keep a stream of its own; the place is held until the page closes. */
async function ownStream() {
  if (!navigator.locks) return true;
  for (let place = 0; place < STREAMS; place++) {
    const got = await new Promise((resolve) => {
      navigator.locks.request(`xm-live-${place}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && new Promise(() => {});
      }).catch(() => resolve(true));
    });
    if (got) return true;
  }
  return false;
}

export class Live {
  /**
   * @param {object} on
   * @param {(after: number) => string} on.url
   * @param {(name: string, data: object) => void} on.event
   * @param {(up: boolean) => void} on.link
   * @param {() => Promise<boolean>} on.probe asks the server how things are before a reconnect; false = stop for good
   */
  constructor(on) {
    this.on = on;
    this.last = 0;
    this.source = null;
    this.wait = FIRST_WAIT;
    this.heard = 0;
    this.hiddenAt = 0;
    this.stopped = true;
    this.streams = false;
    this.resting = false; // made room for newer pages of this person, until somebody looks at this one again
  }

  start(after) {
    this.last = after;
    this.stopped = false;
    this.#open();
    if (this.listening) return;
    this.listening = true;
    addEventListener('online', () => this.resting || this.again());
    addEventListener('offline', () => this.#broke());
    addEventListener('pageshow', (e) => e.persisted && this.again());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.hiddenAt = Date.now();
      else if (this.resting || Date.now() - this.hiddenAt > SLEPT) this.again();
    });
    addEventListener('focus', () => this.resting && this.again());
    setInterval(() => {
      if (!document.hidden && this.source && Date.now() - this.heard > QUIET) this.#open();
    }, QUIET / 4);
  }

  /** Reconnect now, whatever the waiting time. */
  again() {
    if (this.stopped) return;
    this.resting = false;
    this.wait = FIRST_WAIT;
    this.#reconnect();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  async #open() {
    this.streams ||= await ownStream();
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.source?.close();
    const source = new EventSource(this.on.url(this.last));
    this.source = source;
    this.heard = Date.now();
    source.onopen = () => {
      this.wait = FIRST_WAIT;
      this.heard = Date.now();
      this.on.link(true);
      if (!this.streams) this.timer = setTimeout(() => this.#pause(source), SIP);
    };
    source.onerror = () => source === this.source && this.#broke();
    for (const name of EVENTS) source.addEventListener(name, (e) => source === this.source && this.#take(name, e));
  }

  #take(name, event) {
    this.heard = Date.now();
    const id = Number(event.lastEventId);
    if (id && id <= this.last && !UNCOUNTED.has(name)) return; // came twice, over an old and a new connection
    if (name === 'over') return this.#makeRoom();
    this.on.event(name, JSON.parse(event.data));
    if (id) this.last = id;
  }

  /** One of many open chats: what had gathered is here, let the others have the connection for a moment. */
  #pause(source) {
    if (source !== this.source) return;
    source.close();
    this.timer = setTimeout(() => this.#open(), BETWEEN_SIPS);
  }

  /** Too many pages of this person are open. Coming back at once would push out the next one, and that one the next. */
  #makeRoom() {
    this.source.close();
    this.source = null;
    clearTimeout(this.timer);
    if (!document.hidden && document.hasFocus()) this.timer = setTimeout(() => this.again(), IN_FRONT);
    else this.resting = true;
  }

  #broke() {
    if (this.stopped || this.resting) return;
    this.source?.close();
    this.source = null;
    this.on.link(false);
    clearTimeout(this.timer);
    // Spread out, so that a restarted server is not met by every phone of the county in the same moment.
    this.timer = setTimeout(() => this.#reconnect(), this.wait * (0.75 + Math.random() / 2));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  async #reconnect() {
    clearTimeout(this.timer);
    try {
      if (await this.on.probe()) this.#open();
      else this.stop();
    } catch {
      this.#broke();
    }
  }
}
