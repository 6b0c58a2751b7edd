// The ways to send something besides words, in large tiles: what a thumb knows from other chat programs.

import { html } from './vendor/lit.js';
import { camera, mic, pictures, pin, sheet } from './icons.js';
import { words } from './words.js';

export function attachSheet(composer) {
  const { sheets } = composer.chat;
  const tile = (icon, label, act) => html`<button class="tile" @click=${() => sheets.closeThen(act)}><span class="tile-icon">${icon}</span>${label}</button>`;
  sheets.show(words.more, () => html`<div class="tiles">
    ${tile(camera, words.takePhoto, () => composer.choose({ accept: 'image/*', capture: 'environment' }))}
    ${tile(pictures, words.gallery, () => composer.choose({ accept: 'image/*,video/*', multiple: true }))}
    ${tile(mic, words.recordVoice, () => composer.recorder.begin())}
    ${tile(sheet, words.anyFile, () => composer.choose({ multiple: true }))}
    ${tile(pin, words.sendPlace, () => composer.sendPlace())}
  </div>`);
}
