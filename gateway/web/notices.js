// Short words that come and go: toasts, and the one dialog a bot may open with show_alert.

import { html, nothing } from './vendor/lit.js';
import { words } from './words.js';

const SHORT = 3_500;
const PER_CHARACTER = 90; // long words stay longer

export class Notices {
  constructor(changed) {
    this.changed = changed;
    this.text = '';
    this.box = null;
  }

  toast(text) {
    this.text = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.text = '';
      this.changed();
    }, SHORT + text.length * PER_CHARACTER);
    this.changed();
  }

  alert(text, url = '') {
    this.box = { text, url: /^https?:\/\//i.test(url ?? '') ? url : '' };
    this.changed();
  }

  closeAlert() {
    this.box = null;
    this.changed();
  }
}

/** Opens or closes a <dialog> as the state wants; `showModal` gives focus trap, Esc and Android's back button. */
export function syncDialog(dialog, wanted) {
  if (!dialog) return;
  if (wanted && !dialog.open) dialog.showModal();
  if (!wanted && dialog.open) dialog.close();
}

export const toastView = ({ text }) =>
  html`<div class="toast-place" role="status">${text ? html`<div class="toast">${text}</div>` : nothing}</div>`;

export const alertView = (notices) => html`
  <dialog class="alert" role="alertdialog" aria-labelledby="alert-text" @close=${() => notices.box && notices.closeAlert()}>
    <p class="plain" id="alert-text">${notices.box?.text ?? ''}</p>
    <div class="alert-buttons">
      ${notices.box?.url
        ? html`<a class="button" href=${notices.box.url} target="_blank" rel="noopener noreferrer">${words.open}</a>`
        : nothing}
      <button class="button strong" @click=${() => notices.closeAlert()}>${words.ok}</button>
    </div>
  </dialog>
`;
