// Where one writes: text box, send, attach, record, menu; answering one message, correcting another.
// The draft outlives a reload.

import { html, nothing } from './vendor/lit.js';
import { watchForMenu } from './actions.js';
import { author, snippet } from './snippet.js';
import { Recorder, recorderBar } from './voice.js';
import { attachSheet } from './attach.js';
import { cross, paperclip, plane, plus } from './icons.js';
import { keyboardToggle, replyKeyboard } from './keyboard.js';
import { newClientId } from './api.js';
import { offerContact, offerPlace } from './personal.js';
import { prepared } from './pictures.js';
import { words } from './words.js';

const LIMIT = 4096;
const CAPTION_LIMIT = 1024;
const COUNT_FROM = LIMIT - 296;

export class Composer {
  constructor(chat, storage) {
    this.chat = chat;
    this.storage = storage;
    this.draft = storage.get('draft') ?? '';
    this.turn = null; // {kind: 'reply' | 'edit', message}
    this.recorder = new Recorder(chat, storage);
    chat.onReply = (message) => this.reply(message);
    chat.onEdit = (message) => this.edit(message);
    chat.onClose = () => this.recorder.close();
    chat.onForceReply = (message) => this.#asked(message);
  }

  /** After the first drawing: give the box its draft back. */
  connect(root) {
    this.box = root.querySelector('#input');
    this.picker = root.querySelector('#picker');
    this.write(this.draft);
    watchForMenu(root.querySelector('.log'), this.chat);
    addEventListener('resize', () => this.#grow());
    // Not on phones: the keyboard would open. Not in a pane of the wall: several panes would fight over the focus.
    if (self === top && matchMedia('(hover: hover) and (pointer: fine)').matches) this.box.focus({ preventScroll: true });
  }

  /** The whole text of the box. */
  write(text) {
    this.box.value = text;
    this.#typed();
  }

  /** A refused message comes back into the box, in front of what was typed since. */
  takeBack(entry) {
    this.chat.outbox.drop(entry);
    if (this.turn?.kind === 'edit') this.cancelTurn();
    const answered = this.chat.history.get(entry.replyTo);
    if (answered) this.turn = { kind: 'reply', message: answered };
    this.write([entry.text, this.box.value].filter(Boolean).join('\n'));
    this.box.focus();
  }

  send() {
    const text = this.box.value.trim();
    this.box.focus();
    if (this.turn?.kind === 'edit') return this.#correct(text);
    if (!text) return;
    if (text.length > LIMIT) return this.chat.notices.toast(words.tooLong(text.length, LIMIT));
    this.write('');
    this.chat.unseen = 0;
    this.chat.outbox.addText(text, this.#answered());
    this.onSend();
  }

  /** Answer this message with what is said next. */
  reply(message) {
    if (this.turn?.kind === 'edit') this.cancelTurn();
    this.turn = { kind: 'reply', message };
    this.chat.changed();
    this.box?.focus({ preventScroll: true });
  }

  /** Bring an own message back into the box; what was being written waits until that is done. */
  edit(message) {
    if (this.turn?.kind !== 'edit') this.aside = this.box.value;
    this.turn = { kind: 'edit', message };
    this.write(message.text);
    this.box.focus({ preventScroll: true });
  }

  cancelTurn() {
    const wasEdit = this.turn?.kind === 'edit';
    this.turn = null;
    if (wasEdit) this.write(this.aside);
    this.chat.changed();
    this.box.focus({ preventScroll: true });
  }

  /** A button above the box says its words, or offers something personal. */
  say(button) {
    const { chat } = this;
    const done = () => {
      chat.answeredByKey();
      this.onSend();
    };
    if (button.request_contact) return offerContact(chat, done);
    if (button.request_location) return offerPlace(chat, done);
    if (button.request_poll || button.request_users || button.request_chat || button.web_app) {
      return chat.notices.toast(words.buttonUnsupported);
    }
    chat.say(button.text);
    this.onSend();
  }

  sendPlace() {
    offerPlace(this.chat, () => this.onSend());
  }

  /** Let the person choose files. An input of its own for each way, made at the tap: `capture` opens the camera at once. */
  choose(ways) {
    this.chooser?.remove();
    const input = Object.assign(document.createElement('input'), { type: 'file', hidden: true, ...ways });
    if (ways.capture) input.setAttribute('capture', ways.capture);
    input.addEventListener('change', () => {
      this.attach(input.files);
      input.remove();
    });
    document.body.append(input);
    this.chooser = input;
    input.click();
  }

  #asked(message) {
    if (this.turn?.kind === 'edit') return; // not in the middle of something else
    this.turn = { kind: 'reply', message };
    this.chat.changed();
    if (document.activeElement === document.body) this.box?.focus({ preventScroll: true });
  }

  /** The message that what goes out now answers; the turn ends with it. */
  #answered() {
    const id = this.turn?.kind === 'reply' ? this.turn.message.message_id : undefined;
    if (this.turn?.kind === 'reply') this.turn = null;
    return id;
  }

  async #correct(text) {
    const { chat, turn } = this;
    if (!text) return chat.notices.toast(words.nothingToSend);
    if (text.length > LIMIT) return chat.notices.toast(words.tooLong(text.length, LIMIT));
    if (text !== turn.message.text) {
      const id = turn.message.message_id;
      turn.clientId ??= newClientId(); // a second try is the same correction
      if (!(await chat.act(() => chat.api.edit(id, text, turn.clientId)))) return;
    }
    if (this.turn === turn) this.cancelTurn();
  }

  async #sendRecording() {
    await this.chat.outbox.addFile({ ...this.recorder.take(), caption: '', replyTo: this.#answered() });
    this.onSend();
  }

  async attach(files) {
    const list = [...files];
    if (this.turn?.kind === 'edit') this.cancelTurn();
    let caption = this.box.value.trim();
    if (caption.length > LIMIT) return this.chat.notices.toast(words.tooLong(caption.length, LIMIT));
    for (const original of list) {
      const ready = await prepared(original, this.chat.me?.limits);
      if (ready.refusal) {
        this.chat.notices.toast(ready.refusal);
        continue;
      }
      if (caption) this.write('');
      const fits = caption.length <= CAPTION_LIMIT;
      await this.chat.outbox.addFile({ ...ready, caption: fits ? caption : '', replyTo: this.#answered() });
      if (!fits) this.chat.outbox.addText(caption); // too long to stand under a picture: right after it
      caption = '';
      this.onSend();
    }
  }

  #typed() {
    this.draft = this.box.value;
    if (this.turn?.kind !== 'edit') this.storage.set('draft', this.draft); // a correction is not a draft
    this.#grow();
    this.chat.changed();
  }

  #grow() {
    if (CSS.supports('field-sizing', 'content')) return; // newer browsers grow the box by themselves
    this.box.style.height = 'auto';
    this.box.style.height = `${this.box.scrollHeight}px`;
  }

  #key(e) {
    if (e.key === 'Escape' && this.turn) return this.cancelTurn();
    // While a Chinese input method is composing, Enter chooses a word and must not send.
    if (e.key !== 'Enter' || e.shiftKey || e.isComposing || e.keyCode === 229) return;
    e.preventDefault();
    this.send();
  }

  #paste(e) {
    if (!e.clipboardData?.files.length) return;
    e.preventDefault();
    this.attach(e.clipboardData.files);
  }

  view() {
    const { chat } = this;
    const pick = (e) => {
      this.attach(e.target.files);
      e.target.value = ''; // choosing the same file again counts as choosing
    };
    const length = this.draft.length;
    const editing = this.turn?.kind === 'edit';
    const away = this.recorder.state !== 'idle' || chat.me?.blocked;
    const answering = this.turn && !this.turn.message.force_reply; // a message was picked out: the box is what counts now
    const placeholder = this.turn?.message.force_reply?.input_field_placeholder || chat.keyboard?.input_field_placeholder || words.input;
    return html`<footer class="composer">
      ${chat.me?.blocked ? this.#stopped() : nothing}
      ${away ? nothing : this.#turnBar()}
      ${away || answering ? nothing : replyKeyboard(chat, (button) => this.say(button))}
      ${recorderBar(this.recorder, () => this.#sendRecording())}
      <div class=${away ? 'writing away' : 'writing'}>
        <button class="menu-button" aria-haspopup="dialog" @click=${() => this.menu(true)}>${words.menu}</button>
        <div class="field">
          <textarea id="input" rows="1" aria-label=${words.input} placeholder=${placeholder}
            enterkeyhint="send" autocomplete="off" @input=${() => this.#typed()} @keydown=${(e) => this.#key(e)}
            @paste=${(e) => this.#paste(e)}></textarea>
          ${length || answering ? nothing : keyboardToggle(chat)}
          ${editing
            ? nothing
            : html`<button class="tool" aria-haspopup="dialog" aria-label=${words.more} @click=${() => attachSheet(this)}>${plus}</button>`}
          <button class=${editing ? 'tool away' : 'tool'} aria-label=${words.attach} @click=${() => this.picker.click()}>${paperclip}</button>
        </div>
        <button class=${length ? 'send ready' : 'send'} aria-label=${words.send} @click=${() => this.send()}>${plane}</button>
        <input id="picker" type="file" multiple hidden @change=${pick}>
      </div>
      ${length > COUNT_FROM
        ? html`<p class=${length > LIMIT ? 'counter over' : 'counter'}>${words.counter(length, LIMIT)}</p>`
        : nothing}
    </footer>`;
  }

  #turnBar() {
    if (!this.turn) return nothing;
    const { kind, message } = this.turn;
    const title = kind === 'edit' ? words.editing : words.replyingTo(author(this.chat, message));
    return html`<div class="turn" role="status">
      <button class="turn-words" @click=${() => this.chat.jump(message.message_id)}>
        <strong>${title}</strong><span>${snippet(message).slice(0, 80)}</span></button>
      <button class="tool" aria-label=${kind === 'edit' ? words.cancelEdit : words.cancelReply} @click=${() => this.cancelTurn()}>${cross}</button>
    </div>`;
  }

  #stopped() {
    const { chat } = this;
    return html`<div class="stopped"><p>${words.stopped(chat.me.bot.first_name)}</p>
      <button class="button strong" @click=${() => chat.block(false)}>${words.resume}</button></div>`;
  }

  #stopBot() {
    const { chat } = this;
    const { first_name: name } = chat.me.bot;
    this.menu(false);
    chat.sheets.ask(words.stopBot(name), words.stopBotWhy(name), words.stopBotYes, () => chat.block(true));
  }

  menu(open) {
    this.chat.menuOpen = open;
    this.chat.changed();
  }

  menuView() {
    const choose = (command) => {
      this.menu(false);
      this.chat.outbox.addText(`/${command}`);
      this.onSend();
    };
    const outside = (e) => e.target === e.currentTarget && this.menu(false);
    return html`<dialog class="menu" data-wanted=${this.chat.menuOpen ? 'yes' : 'no'} aria-label=${words.menu} @close=${() => this.chat.menuOpen && this.menu(false)} @click=${outside}>
      <div class="menu-card">
        <div class="menu-head"><h2>${words.menu}</h2>
          <button class="tool" aria-label=${words.close} @click=${() => this.menu(false)}>${cross}</button></div>
        <ul>
          ${(this.chat.me?.commands ?? []).map(({ command, description }) => html`<li>
            <button class="choice" @click=${() => choose(command)}>
              <span>${description}</span><span class="faint">/${command}</span></button></li>`)}
        </ul>
        <div class="menu-foot"><button class="choice" @click=${() => {
          this.menu(false);
          this.onSettings();
        }}>${words.settings}</button></div>
        ${this.chat.me && !this.chat.isGroup && !this.chat.me.blocked
          ? html`<div class="menu-foot"><button class="choice faint" @click=${() => this.#stopBot()}>${words.stopBot(this.chat.me.bot.first_name)}</button></div>`
          : nothing}
      </div>
    </dialog>`;
  }
}
