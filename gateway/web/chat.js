// The state of one open chat and everything that may happen to it. It knows nothing of the screen:
// whoever draws listens to `changed`.

import { Refused, Unreachable, newClientId } from './api.js';
import { History } from './history.js';
import { Live } from './live.js';
import { Notices } from './notices.js';
import { Outbox } from './outbox.js';
import { Player } from './player.js';
import { Sheets } from './sheet.js';
import { words } from './words.js';

const ANSWER_WITHIN = 10_000; // a pressed button stops spinning after this, answered or not
const BANNER_AFTER = 1_000; // a short hiccup is not worth a banner
const MARK_FOR = 2_500;
const OPEN_AGAIN = 3_000;
const ECHO_WITHIN = 6_000; // our own message must come back on the live stream by then

export class Chat {
  constructor(api, storage, changed) {
    this.api = api;
    this.storage = storage;
    this.changed = changed;
    this.phase = 'loading'; // → kept (what the phone remembers) → ready; broken without either; gone without a session
    this.me = null;
    this.history = new History(api, changed);
    this.online = true;
    this.typing = false;
    this.busy = new Map(); // message_id → data of the pressed button that waits for its answer
    this.askedAt = 0; // when a button was last pressed: what comes soon after is its answer, and is shown
    this.onAnswer = () => {};
    this.onJump = () => {}; // show this message, wherever the reader is
    this.onForceReply = () => {};
    this.onReply = () => {};
    this.onEdit = () => {};
    this.onClose = () => {};
    this.uncovered = new Set(); // hidden photos that were tapped
    this.marks = new Map(); // poll → the choices marked but not sent
    this.onGone = () => {}; // the session has ended: nothing of the conversation may stay on this phone
    this.onLocked = () => {}; // the session waits for its PIN
    this.marked = 0; // the message a jump led to
    this.opened = new Promise((resolve) => {
      this.isOpen = resolve;
    });
    this.unseen = 0;
    this.echoed = 0; // the newest of our own messages that came back on the live stream
    this.keyboard = null;
    this.keyboardShown = true;
    this.photo = null;
    this.menuOpen = false;
    this.search = null; // the open search, see search.js
    this.notices = new Notices(changed);
    this.sheets = new Sheets(changed);
    this.player = new Player(changed, () => this.notices.toast(words.cannotPlay));
    this.outbox = new Outbox(api, storage, {
      changed,
      sent: (message, notice) => this.#sent(message, notice),
      gone: () => this.#gone(),
      locked: () => this.#locked(),
      full: () => this.notices.toast(words.phoneFull),
    });
    this.live = new Live({
      url: (after) => api.eventsUrl(after),
      event: (name, data) => this.#event(name, data),
      link: (up) => this.#link(up),
      probe: () => this.#probe(),
    });
  }

  get messages() {
    return this.history.list;
  }

  get isGroup() {
    const type = this.me?.chat?.type;
    return type === 'group' || type === 'supergroup';
  }

  /** What the phone remembers of this chat, until the server answers. */
  async recall(copy) {
    if (!copy || this.phase !== 'loading') return;
    this.#learn(copy.me);
    this.history.recall(copy.messages);
    this.phase = 'kept';
    this.changed();
    await this.outbox.show();
  }

  async open() {
    if (this.closed) return;
    try {
      // First `me`, then the history, then the events after `me`: what happens in between comes twice, never not at all.
      this.#learn(await this.api.me());
      await this.history.newest();
      this.phase = 'ready';
      this.isOpen();
      this.online = true;
      this.changed();
      this.live.start(this.me.last_event_id);
      this.#openQuestion();
      await this.outbox.restore();
    } catch (error) {
      if (error instanceof Refused && !error.passing) return error.status === 423 ? this.#locked() : this.#gone();
      if (this.phase === 'kept') this.online = false;
      else this.phase = 'broken';
      this.changed();
      this.#openLater();
    }
  }

  /** Again in a moment, or as soon as the phone says that it has a network. */
  #openLater() {
    const again = () => {
      clearTimeout(timer);
      removeEventListener('online', again);
      this.open();
    };
    const timer = setTimeout(again, OPEN_AGAIN);
    addEventListener('online', again);
  }

  /** Nothing comes and goes any more; the page is drawn anew after this. */
  close() {
    this.closed = true;
    this.onClose();
    this.player.stop();
    this.changed = () => {};
    this.live.stop();
    this.outbox.close();
  }

  loadOlder() {
    return this.phase === 'ready' ? this.history.loadOlder() : undefined;
  }

  /** Back to the newest end of the conversation. @returns {Promise<void>} settled when it is there */
  async toNewest() {
    if (!this.history.detached) return;
    try {
      await this.history.newest();
    } catch {
      this.notices.toast(words.olderFailed);
    }
    this.changed();
  }

  /** Show a message: it is loaded with its surroundings when it is not at hand. */
  async jump(id) {
    if (this.phase !== 'ready' && this.online) await this.opened; // else the newest page would take its place
    try {
      if (!(await this.history.around(id))) return this.notices.toast(words.messageGone);
    } catch (error) {
      return this.notices.toast(error instanceof Refused && !error.passing ? words.messageGone : words.jumpFailed);
    }
    clearTimeout(this.markTimer);
    this.marked = id;
    this.markTimer = setTimeout(() => {
      this.marked = 0;
      this.changed();
    }, MARK_FOR);
    this.changed();
    queueMicrotask(() => this.onJump(id)); // after the drawing
  }

  /** The server no longer knows what happened since: take the newest page of history as if just opened. */
  async #startAnew() {
    await this.history.newest();
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
    this.answeredByKey();
    this.outbox.addText(text);
  }

  answeredByKey() {
    if (this.keyboard?.one_time_keyboard) this.showKeyboard(false);
  }

  /** What is done at once or not at all (a vote, a reaction): a failure is said, nothing waits for later. */
  async act(work) {
    try {
      const { message } = await work(newClientId());
      if (message) this.history.replace(message);
      this.changed();
      return true;
    } catch (error) {
      this.notices.toast(error instanceof Refused ? error.message : words.notDone);
      return false;
    }
  }

  /** Stop the bot, or take it back. */
  async block(blocked) {
    const done = await this.act(() => this.api.block(blocked));
    if (done) this.me = { ...this.me, blocked };
    this.changed();
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

  /** @param {string} [notice] what the server found worth saying about it */
  #sent(message, notice) {
    this.history.take(message);
    if (notice) this.notices.alert(notice);
    clearTimeout(this.echoTimer);
    this.echoTimer = setTimeout(() => this.echoed < message.message_id && this.live.again(), ECHO_WITHIN);
  }

  /** A question that wants an answer in the person's own words: the newest message, while nothing was said since. */
  #openQuestion() {
    const { list } = this.history;
    const newest = list[list.length - 1];
    if (newest?.force_reply && !newest.out) this.onForceReply(newest);
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
      this.history.take(message);
      this.#openQuestion();
    } else if (name === 'edited') {
      this.history.replace(data.message);
      if (this.me.pinned?.message_id === data.message.message_id) this.me = { ...this.me, pinned: data.message };
    } else if (name === 'deleted') {
      this.history.drop(data.message_ids);
      if (data.message_ids.includes(this.me.pinned?.message_id)) this.me = { ...this.me, pinned: null };
    } else if (name === 'pinned') {
      this.me = { ...this.me, pinned: data.message };
    } else if (name === 'chats') {
      this.me = { ...this.me, chats: data.chats };
    } else if (name === 'locked') {
      this.#locked();
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
      if (this.history.older === 'failed') this.history.older = 'idle';
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
      if (error.status === 423) this.#locked();
      else this.#gone();
      return false;
    }
  }

  #gone() {
    this.live.stop();
    this.phase = 'gone';
    this.history.recall([]); // whoever holds this phone now reads nothing of it
    this.photo = null;
    this.search = null;
    this.onGone();
    this.changed();
  }

  #locked() {
    this.live.stop();
    this.onLocked();
  }
}
