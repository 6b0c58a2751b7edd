// The state of one open chat and everything that may happen to it. It knows nothing of the screen:
// whoever draws listens to `changed`.

import { Refused, Unreachable, newClientId } from './api.js';
import { Live } from './live.js';
import { Outbox } from './outbox.js';
import { Notices } from './notices.js';
import { words } from './words.js';

const PAGE = 40;
const ANSWER_WITHIN = 10_000; // a pressed button stops spinning after this, answered or not
const BANNER_AFTER = 1_000; // a short hiccup is not worth a banner
const ECHO_WITHIN = 6_000; // our own message must come back on the live stream by then

export class Chat {
  constructor(api, storage, changed) {
    this.api = api;
    this.storage = storage;
    this.changed = changed;
    this.phase = 'loading'; // → ready; broken while the first load fails; gone without a session
    this.me = null;
    this.byId = new Map();
    this.more = false;
    this.older = 'idle'; // loading, failed
    this.online = true;
    this.typing = false;
    this.busy = new Map(); // message_id → data of the pressed button that waits for its answer
    this.askedAt = 0; // when a button was last pressed: what comes soon after is its answer, and is shown
    this.onAnswer = () => {};
    this.unseen = 0;
    this.echoed = 0; // the newest of our own messages that came back on the live stream
    this.keyboard = null;
    this.keyboardShown = true;
    this.photo = null;
    this.menuOpen = false;
    this.notices = new Notices(changed);
    this.outbox = new Outbox(api, storage, {
      changed,
      sent: (message) => this.#sent(message),
      gone: () => this.#gone(),
    });
    this.live = new Live({
      url: (after) => api.eventsUrl(after),
      event: (name, data) => this.#event(name, data),
      link: (up) => this.#link(up),
      probe: () => this.#probe(),
    });
  }

  get messages() {
    return [...this.byId.values()].sort((a, b) => a.message_id - b.message_id);
  }

  async open() {
    try {
      // First `me`, then the history, then the events after `me`: what happens in between comes twice, never not at all.
      this.#learn(await this.api.me());
      const { messages, more } = await this.api.messages(null, PAGE);
      for (const message of messages) this.byId.set(message.message_id, message);
      this.more = more;
      this.phase = 'ready';
      this.changed();
      this.live.start(this.me.last_event_id);
      await this.outbox.restore();
    } catch (error) {
      if (error instanceof Refused && !error.passing) return this.#gone();
      this.phase = 'broken';
      this.changed();
      setTimeout(() => this.open(), 3_000);
    }
  }

  async loadOlder() {
    if (!this.more || this.older === 'loading' || this.phase !== 'ready') return;
    this.older = 'loading';
    this.changed();
    try {
      const { messages, more } = await this.api.messages(Math.min(...this.byId.keys()), PAGE);
      for (const message of messages) this.byId.set(message.message_id, message);
      this.more = more && messages.length > 0;
      this.older = 'idle';
    } catch {
      this.older = 'failed';
    }
    this.changed();
  }

  /** The server no longer knows what happened since: take the newest page of history as if just opened. */
  async #startAnew() {
    const { messages, more } = await this.api.messages(null, PAGE);
    this.byId = new Map(messages.map((message) => [message.message_id, message]));
    this.more = more;
    this.#learn(await this.api.me());
    this.changed();
  }

  /** An inline button that calls the bot. */
  async press(message, data) {
    const id = message.message_id;
    if (this.busy.get(id) === data) return;
    this.busy.set(id, data);
    this.askedAt = Date.now();
    this.changed();
    setTimeout(() => this.#answered(id, data), ANSWER_WITHIN);
    const clientId = newClientId();
    try {
      await this.api.callback(id, data, clientId).catch((error) => {
        if (error instanceof Unreachable) return this.api.callback(id, data, clientId);
        throw error;
      });
    } catch (error) {
      this.#answered(id, data);
      this.notices.toast(error instanceof Refused ? error.message : words.buttonFailed);
    }
  }

  /** A button of the reply keyboard says its text; a one-time keyboard then steps aside. */
  say(text) {
    if (this.keyboard?.one_time_keyboard) this.showKeyboard(false);
    this.outbox.addText(text);
  }

  showKeyboard(shown) {
    this.keyboardShown = shown;
    this.storage.set('keyboard-hidden', shown ? null : JSON.stringify(this.keyboard));
    this.changed();
  }

  #learn(me) {
    this.me = me;
    this.#setKeyboard(me.reply_keyboard);
  }

  #setKeyboard(keyboard) {
    this.keyboard = keyboard;
    this.keyboardShown = this.storage.get('keyboard-hidden') !== JSON.stringify(keyboard);
  }

  #sent(message) {
    this.#keep(message);
    clearTimeout(this.echoTimer);
    this.echoTimer = setTimeout(() => this.echoed < message.message_id && this.live.again(), ECHO_WITHIN);
  }

  #keep(message) {
    this.byId.set(message.message_id, message);
  }

  /** Our own message on its way back before its POST was answered: the waiting bubble already shows it. */
  #ownInFlight(message) {
    const sending = this.outbox.entries.find((entry) => entry.state === 'sending');
    return sending && message.out && (message.text ?? message.caption ?? '') === sending.text;
  }

  #event(name, data) {
    if (name === 'message') {
      const { message } = data;
      if (message.out) {
        this.echoed = message.message_id;
        if (this.#ownInFlight(message)) return; // #sent brings it; after a failure the retry does
      } else {
        this.typing = false;
        this.unseen += 1; // the drawing side sets it back while the newest message is in sight
        if (Date.now() - this.askedAt < ANSWER_WITHIN) this.onAnswer();
      }
      this.#keep(message);
    } else if (name === 'edited') {
      if (this.byId.has(data.message.message_id)) this.#keep(data.message);
    } else if (name === 'deleted') {
      for (const id of data.message_ids) this.byId.delete(id);
    } else if (name === 'typing') {
      this.#type(data.seconds);
    } else if (name === 'callback_answer') {
      this.#answered(data.message_id, this.busy.get(data.message_id));
      if (data.show_alert || data.url) this.notices.alert(data.text ?? '', data.url);
      else if (data.text) this.notices.toast(data.text);
    } else if (name === 'keyboard') {
      this.storage.set('keyboard-hidden', null);
      this.#setKeyboard(data.reply_keyboard);
    } else if (name === 'reset') {
      this.#startAnew().catch(() => location.reload());
    } else if (name === 'commands') {
      this.me = { ...this.me, commands: data.commands };
    }
    this.changed();
  }

  #type(seconds) {
    this.typing = true;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => {
      this.typing = false;
      this.changed();
    }, seconds * 1000);
  }

  #answered(id, data) {
    if (data === undefined || this.busy.get(id) !== data) return;
    this.busy.delete(id);
    this.changed();
  }

  #link(up) {
    clearTimeout(this.bannerTimer);
    if (up) {
      this.online = true;
      if (this.older === 'failed') this.older = 'idle';
      this.outbox.retry();
      this.changed();
    } else if (this.online) {
      this.bannerTimer = setTimeout(() => {
        this.online = false;
        this.changed();
      }, BANNER_AFTER);
    }
  }

  async #probe() {
    try {
      this.#learn(await this.api.me());
      return true;
    } catch (error) {
      if (!(error instanceof Refused) || error.passing) throw error;
      this.#gone();
      return false;
    }
  }

  #gone() {
    this.live.stop();
    this.phase = 'gone';
    this.changed();
  }
}
