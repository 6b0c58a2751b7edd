// Photos and films that were sent together stand together: one bubble, a grid, one line of words under it.
// Each stays a message of its own, to be answered, jumped to and listed by a screen reader.

import { html } from './vendor/lit.js';
import { attachment, classesOf, meta, named, optionsKey, text } from './message.js';
import { reactionChips } from './actions.js';

export function album(chat, messages, follows) {
  const last = messages[messages.length - 1];
  const worded = messages.filter((message) => message.caption);
  const rows = messages.some((message) => message.document ?? message.audio); // a list of files has no grid
  return html`<div class=${`msg ${last.out ? 'out' : 'in'} ${follows ? 'follows' : ''} album ${rows ? '' : 'pictured'}`}>
    <div class="bubble">
      <div class=${rows ? 'album-rows' : `album-grid of${Math.min(messages.length, 3)}`}>
        ${messages.map((message) => html`<article class=${`${classesOf(chat, message, true)} cell`} id=${`m${message.message_id}`}
            tabindex="-1" aria-label=${[named(chat, message), message.caption].filter(Boolean).join('，')}>
          ${attachment(chat, message)}${optionsKey(chat, message)}</article>`)}
      </div>
      ${worded.map((message) => text(chat, message))}
      ${meta(last)}
    </div>
    ${messages.map((message) => reactionChips(chat, message))}
  </div>`;
}
