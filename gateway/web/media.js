// Photos and files inside a bubble, and the photo on the whole screen.

import { html, nothing } from './vendor/lit.js';
import { arrowDown, cross, sheet } from './icons.js';
import { timeOf } from './dates.js';
import { words } from './words.js';

const THUMBNAIL_WIDTH = 480; // sharp enough on a phone's dense screen, small enough for a village's network

export function sizeName(bytes) {
  if (!bytes) return '';
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

export function photo(chat, message) {
  const sizes = [...message.photo].sort((a, b) => a.width - b.width);
  const full = sizes.at(-1);
  const thumb = sizes.find((size) => size.width >= THUMBNAIL_WIDTH) ?? full;
  const alt = message.caption || words.photoAt(timeOf(message.date));
  const open = () => {
    chat.photo = { url: chat.api.fileUrl(full.file_id), alt };
    chat.changed();
  };
  // width and height reserve the place before the bytes are here, so the conversation does not jump.
  return html`<button class="photo" aria-label=${`${words.enlarge}：${alt}`} @click=${open}>
    <img src=${chat.api.fileUrl(thumb.file_id)} width=${thumb.width} height=${thumb.height} alt=${alt} decoding="async">
  </button>`;
}

export function file(chat, attached) {
  const name = attached.file_name || words.file;
  const size = sizeName(attached.file_size);
  return html`<a class="file" href=${chat.api.fileUrl(attached.file_id)} download=${name} aria-label=${words.download(name, size)}>
    <span class="file-icon">${sheet}</span>
    <span class="file-words"><span class="file-name">${name}</span><span class="file-size">${size}</span></span>
    <span class="file-get">${arrowDown}</span>
  </a>`;
}

export const lightbox = (chat) => {
  const close = () => {
    chat.photo = null;
    chat.changed();
  };
  return html`<dialog class="lightbox" aria-label=${words.photo} @close=${() => chat.photo && close()} @click=${close}>
    ${chat.photo
      ? html`<img src=${chat.photo.url} alt=${chat.photo.alt}>
        <div class="lightbox-bar">
          <a class="button" href=${chat.photo.url} download @click=${(e) => e.stopPropagation()}>${words.save}</a>
          <button class="round" aria-label=${words.close} @click=${close}>${cross}</button>
        </div>`
      : nothing}
  </dialog>`;
};
