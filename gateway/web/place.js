// Cards with a few facts on them: a place, a person to call, a throw of the dice. No map is fetched from anywhere:
// the coordinates stand there to be copied, and a geo: link hands them to whatever map the phone has.

import { html, nothing } from './vendor/lit.js';
import { copied } from './clipboard.js';
import { fullName } from './snippet.js';
import { person, phone, pin } from './icons.js';
import { words } from './words.js';

const PLACES = 5; // decimals: a metre

export function place(chat, message) {
  const { latitude, longitude, horizontal_accuracy: accuracy } = message.venue?.location ?? message.location;
  const { title, address } = message.venue ?? {};
  const at = `${latitude.toFixed(PLACES)},${longitude.toFixed(PLACES)}`;
  return html`<div class="card">
    <span class="file-icon">${pin}</span>
    <div class="file-words">
      <span class="file-name">${title ?? words.location}</span>
      ${address ? html`<span>${address}</span>` : nothing}
      <span class="file-size">${at}${accuracy ? ` · ${words.accuracy(Math.round(accuracy))}` : ''}</span>
    </div>
    <div class="card-keys">
      <a class="card-key" href=${`geo:${at}`}>${words.openMap}</a>
      ${message.has_protected_content
        ? nothing
        : html`<button class="card-key" @click=${() => copied(chat, at)}>${words.copyPlace}</button>`}
    </div>
  </div>`;
}

export function contact({ contact: { first_name: first, last_name: last, phone_number: number } }) {
  const name = fullName(first, last);
  const dial = number.replace(/[^\d+*#]/g, '');
  return html`<div class="card">
    <span class="file-icon">${person}</span>
    <div class="file-words"><span class="file-name">${name}</span><span class="file-size">${number}</span></div>
    <div class="card-keys"><a class="card-key" href=${`tel:${dial}`} aria-label=${words.call(name, number)}>${phone}${words.dial}</a></div>
  </div>`;
}

export const dice = ({ dice: { emoji, value } }) =>
  html`<div class="dice"><span class="dice-face" aria-hidden="true">${emoji}</span><span>${words.rolled(value)}</span></div>`;
