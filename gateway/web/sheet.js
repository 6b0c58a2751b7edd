// The one sheet that slides over the conversation: what can be done with a message, what can be attached, a
// question before something personal is sent. One at a time; its content is a template made anew at every drawing.

import { html, nothing } from './vendor/lit.js';
import { cross } from './icons.js';
import { words } from './words.js';

export class Sheets {
  constructor(changed) {
    this.changed = changed;
    this.now = null;
  }

  /**
   * @param {string} title its name, for the eye and for screen readers
   * @param {() => unknown} body
   * @param {() => void} [closed] told when it goes, however it went
   */
  show(title, body, closed) {
    this.now = { title, body, closed };
    this.changed();
  }

  close() {
    const { closed } = this.now ?? {};
    this.now = null;
    this.changed();
    closed?.();
  }

  /** Close, and do this after the drawing: while the sheet is open nothing behind it can take the focus. */
  closeThen(act) {
    this.close();
    queueMicrotask(act);
  }

  /** One question with words before and two clear answers; `yes` runs within the tap, as browsers ask for it. */
  ask(title, text, label, yes) {
    this.show(title, () => html`<p class="sheet-words">${text}</p>
      <div class="sheet-answers">
        <button class="button" @click=${() => this.close()}>${words.notNow}</button>
        <button class="button strong" @click=${() => this.closeThen(yes)}>${label}</button>
      </div>`);
  }
}

export function sheetView(sheets) {
  const { now } = sheets;
  // `close` comes late: the next sheet may stand already in the same dialog.
  const outside = (e) => e.target === e.currentTarget && sheets.close();
  return html`<dialog class="menu sheet" data-wanted=${now ? 'yes' : 'no'} aria-label=${now?.title ?? ''}
      @close=${(e) => !e.target.open && sheets.now && sheets.close()} @click=${outside}>
    ${now
      ? html`<div class="menu-card">
        <div class="menu-head"><h2 tabindex="-1" autofocus>${now.title}</h2>
          <button class="tool" aria-label=${words.close} @click=${() => sheets.close()}>${cross}</button></div>
        ${now.body()}
      </div>`
      : nothing}
  </dialog>`;
}

/** A line of a sheet: an icon and what it does. */
export const sheetLine = (sheets, icon, label, act) => html`<li><button class="choice with-icon" @click=${() => sheets.closeThen(act)}>${icon}<span>${label}</span></button></li>`;
