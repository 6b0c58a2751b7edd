// Where one writes: text box, send, attach, menu. The draft outlives a reload.

import { html, nothing } from './vendor/lit.js';
import { cross, paperclip, plane } from './icons.js';
import { keyboardToggle, replyKeyboard } from './keyboard.js';
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
  }

  /** After the first drawing: give the box its draft back. */
  connect(root) {
    this.box = root.querySelector('#input');
    this.picker = root.querySelector('#picker');
    this.write(this.draft);
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
    this.write([entry.text, this.box.value].filter(Boolean).join('\n'));
    this.box.focus();
  }

  send() {
    const text = this.box.value.trim();
    this.box.focus();
    if (!text) return;
    if (text.length > LIMIT) return this.chat.notices.toast(words.tooLong(text.length, LIMIT));
    this.write('');
    this.chat.unseen = 0;
    this.chat.outbox.addText(text);
    this.onSend();
  }

  /** A button above the box says its words. */
  say(text) {
    this.chat.say(text);
    this.onSend();
  }

  async attach(files) {
    const list = [...files];
    let caption = this.box.value.trim();
    if (caption.length > LIMIT) return this.chat.notices.toast(words.tooLong(caption.length, LIMIT));
    for (const original of list) {
      const ready = await prepared(original);
      if (ready.refusal) {
        this.chat.notices.toast(ready.refusal);
        continue;
      }
      if (caption) this.write('');
      const fits = caption.length <= CAPTION_LIMIT;
      await this.chat.outbox.addFile({ ...ready, caption: fits ? caption : '' });
      if (!fits) this.chat.outbox.addText(caption); // too long to stand under a picture: right after it
      caption = '';
      this.onSend();
    }
  }

  #typed() {
    this.draft = this.box.value;
    this.storage.set('draft', this.draft);
    this.#grow();
    this.chat.changed();
  }

  #grow() {
    if (CSS.supports('field-sizing', 'content')) return; // newer browsers grow the box by themselves
    this.box.style.height = 'auto';
    this.box.style.height = `${this.box.scrollHeight}px`;
  }

  #key(e) {
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
    return html`<footer class="composer">
      ${replyKeyboard(chat, (text) => this.say(text))}
      <div class="writing">
        <button class="menu-button" aria-haspopup="dialog" @click=${() => this.menu(true)}>${words.menu}</button>
        <div class="field">
          <textarea id="input" rows="1" aria-label=${words.input} placeholder=${chat.keyboard?.input_field_placeholder || words.input}
            enterkeyhint="send" autocomplete="off" @input=${() => this.#typed()} @keydown=${(e) => this.#key(e)}
            @paste=${(e) => this.#paste(e)}></textarea>
          ${length ? nothing : keyboardToggle(chat)}
          <button class="tool" aria-label=${words.attach} @click=${() => this.picker.click()}>${paperclip}</button>
        </div>
        <button class=${length ? 'send ready' : 'send'} aria-label=${words.send} @click=${() => this.send()}>${plane}</button>
        <input id="picker" type="file" multiple hidden @change=${pick}>
      </div>
      ${length > COUNT_FROM
        ? html`<p class=${length > LIMIT ? 'counter over' : 'counter'}>${words.counter(length, LIMIT)}</p>`
        : nothing}
    </footer>`;
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
    return html`<dialog class="menu" aria-label=${words.menu} @close=${() => this.chat.menuOpen && this.menu(false)} @click=${outside}>
      <div class="menu-card">
        <div class="menu-head"><h2>${words.menu}</h2>
          <button class="tool" aria-label=${words.close} @click=${() => this.menu(false)}>${cross}</button></div>
        <ul>
          ${(this.chat.me?.commands ?? []).map(({ command, description }) => html`<li>
            <button class="choice" @click=${() => choose(command)}>
              <span>${description}</span><span class="faint">/${command}</span></button></li>`)}
        </ul>
      </div>
    </dialog>`;
  }
}
