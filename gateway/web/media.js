// Photos, films, recordings and files inside a bubble, and the photo on the whole screen.

import { html, nothing } from './vendor/lit.js';
import { arrowDown, cross, pause, play, sheet } from './icons.js';
import { clockOf, timeOf } from './dates.js';
import { words } from './words.js';

const THUMBNAIL_WIDTH = 480; // sharp enough on a phone's dense screen, small enough for a village's network

export function sizeName(bytes) {
  if (!bytes) return '';
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

const guarded = (message) => message.has_protected_content === true;

/** What is hidden until it is tapped: a photo or film its sender covered. */
function covered(chat, message, inner) {
  if (!message.has_media_spoiler || chat.uncovered.has(message.message_id)) return inner;
  const uncover = () => {
    chat.uncovered.add(message.message_id);
    chat.changed();
  };
  return html`<button class="cover" @click=${uncover}><span>${words.uncover}</span></button>`;
}

function sizes(photos) {
  const sorted = [...photos].sort((a, b) => a.width - b.width);
  const full = sorted[sorted.length - 1];
  return { full, thumb: sorted.find((size) => size.width >= THUMBNAIL_WIDTH) ?? full };
}

export function photo(chat, message) {
  const { full, thumb } = sizes(message.photo);
  const alt = message.caption || words.photoAt(timeOf(message.date));
  const open = () => {
    chat.photo = { url: chat.api.fileUrl(full.file_id), alt, guarded: guarded(message) };
    chat.changed();
  };
  // width and height reserve the place before the bytes are here, so the conversation does not jump.
  return covered(chat, message, html`<button class="photo" aria-label=${`${words.enlarge}：${alt}`} @click=${open}>
    <img src=${chat.api.fileUrl(thumb.file_id)} width=${thumb.width} height=${thumb.height} alt=${alt} decoding="async"
      draggable=${guarded(message) ? 'false' : 'true'}>
  </button>`);
}

/** A film plays in its place; nothing of it is fetched before the tap. */
export function film(chat, message, about) {
  const still = about.thumbnail ?? about.thumb;
  const name = [words.video, about.duration ? clockOf(about.duration) : '', sizeName(about.file_size)].filter(Boolean).join(' · ');
  return covered(chat, message, html`<figure class="film">
    <video controls playsinline preload="none" src=${chat.api.fileUrl(about.file_id)} aria-label=${name}
      poster=${still ? chat.api.fileUrl(still.file_id) : nothing} width=${about.width || 320} height=${about.height || 180}
      controlslist=${guarded(message) ? 'nodownload' : nothing} ?disablepictureinpicture=${guarded(message)}></video>
    <figcaption class="file-size">${name}</figcaption>
  </figure>`);
}

/** A voice message or a piece of music: play, pause, how far. */
export function sound(chat, message, about) {
  const url = chat.api.fileUrl(about.file_id);
  return playback(chat, url, about.duration, about.title || about.file_name || '');
}

export function playback(chat, url, seconds, title = '') {
  const { player } = chat;
  const playing = player.isPlaying(url);
  const heard = player.heard(url);
  const length = seconds ? clockOf(seconds) : '';
  const name = [playing ? words.pause : words.play, title || words.voice, length].filter(Boolean).join(' ');
  return html`<div class="sound">
    <button class="sound-key" aria-label=${name} @click=${() => player.toggle(url)}>${playing ? pause : play}</button>
    <div class="sound-line">
      ${title ? html`<span class="file-name">${title}</span>` : nothing}
      <progress max=${seconds || 1} value=${Math.min(heard, seconds || 1)} aria-hidden="true"></progress>
      <span class="file-size" aria-hidden="true">${heard ? `${clockOf(heard)} / ` : ''}${length || words.voice}</span>
    </div>
  </div>`;
}

export function file(chat, message, attached) {
  const name = attached.file_name || words.file;
  const size = sizeName(attached.file_size);
  const inner = html`<span class="file-icon">${sheet}</span>
    <span class="file-words"><span class="file-name">${name}</span><span class="file-size">${size}</span></span>`;
  if (guarded(message)) return html`<div class="file">${inner}</div><p class="file-size">${words.guarded}</p>`;
  return html`<a class="file" href=${chat.api.fileUrl(attached.file_id)} download=${name} aria-label=${words.download(name, size)}>
    ${inner}<span class="file-get">${arrowDown}</span>
  </a>`;
}

export const lightbox = (chat) => {
  const close = () => {
    chat.photo = null;
    chat.changed();
  };
  const shown = chat.photo;
  return html`<dialog class="lightbox" data-wanted=${shown ? 'yes' : 'no'} aria-label=${words.photo}
      @close=${() => chat.photo && close()} @click=${close}>
    ${shown
      ? html`<img src=${shown.url} alt=${shown.alt} @contextmenu=${(e) => shown.guarded && e.preventDefault()}
          draggable=${shown.guarded ? 'false' : 'true'}>
        <div class="lightbox-bar">
          ${shown.guarded
            ? html`<span></span>`
            : html`<a class="button" href=${shown.url} download @click=${(e) => e.stopPropagation()}>${words.save}</a>`}
          <button class="round" aria-label=${words.close} @click=${close}>${cross}</button>
        </div>`
      : nothing}
  </dialog>`;
};
