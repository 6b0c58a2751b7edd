// One message as a bubble: what came and went, and what still waits in the outbox.

import { html, nothing } from './vendor/lit.js';
import { again, check, clock, cross } from './icons.js';
import { file, photo, sizeName } from './media.js';
import { formatted } from './entities.js';
import { inlineKeyboard } from './keyboard.js';
import { timeOf } from './dates.js';
import { words } from './words.js';

const text = (chat, message) => {
  const said = message.text ?? message.caption;
  if (!said) return nothing;
  const say = (command) => chat.outbox.addText(command);
  return html`<div class="text">${formatted(said, message.entities ?? message.caption_entities, say)}</div>`;
};

const snippet = (message) => message.text ?? message.caption ?? (message.photo ? words.photo : words.file);

function quoted(message) {
  const original = message.reply_to_message;
  if (!original) return nothing;
  const go = () => document.getElementById(`m${original.message_id}`)?.scrollIntoView({ block: 'center' });
  return html`<button class="quote" @click=${go}>${snippet(original).slice(0, 80)}</button>`;
}

const FILE_KINDS = ['document', 'animation', 'video', 'audio', 'voice'];

function attachment(chat, message) {
  if (message.photo?.length) return photo(chat, message);
  const kind = FILE_KINDS.find((name) => message[name]);
  if (kind) return file(chat, message[kind]);
  if (message.contact) {
    const { first_name: name, phone_number: phone } = message.contact;
    return html`<div class="text">${name} <a href=${`tel:${phone}`}>${phone}</a></div>`;
  }
  return message.text === undefined && !message.caption ? html`<div class="text faint">${words.unsupported}</div>` : nothing;
}

export function bubble(chat, message, follows) {
  const time = timeOf(message.date);
  const who = message.out ? words.me : chat.me.bot.first_name;
  const classes = ['msg', message.out ? 'out' : 'in', follows ? 'follows' : ''];
  if (message.reply_markup?.inline_keyboard?.length) classes.push('keyed');
  if (message.photo?.length) classes.push('pictured');
  return html`<article class=${classes.join(' ')} id=${`m${message.message_id}`} aria-label=${`${who} ${time}`}>
    <div class="bubble">
      ${quoted(message)}${attachment(chat, message)}${text(chat, message)}
      <div class="meta"><time datetime=${new Date(message.date * 1000).toISOString()}>${time}</time>${message.out
        ? html`<span class="state" role="img" aria-label=${words.sent}>${check}</span>`
        : nothing}</div>
    </div>
    ${inlineKeyboard(chat, message)}
  </article>`;
}

function progress(chat, entry) {
  const percent = Math.round((entry.progress ?? 0) * 100);
  return html`<div class="progress">
    <progress max="100" value=${percent} aria-label=${words.uploading(percent)}></progress>
    <span aria-hidden="true">${words.uploading(percent)}</span>
    <button class="tool" aria-label=${words.cancel} @click=${() => chat.outbox.drop(entry)}>${cross}</button>
  </div>`;
}

function pendingFile(chat, entry) {
  if (entry.kind === 'text') return nothing;
  return html`${entry.preview
      ? html`<img class="preview" src=${entry.preview} alt=${entry.text || words.photo}>`
      : html`<div class="file-words"><span class="file-name">${entry.name}</span><span class="file-size">${sizeName(entry.size)}</span></div>`}
    ${entry.state === 'sending' ? progress(chat, entry) : nothing}`;
}

/** A message that has not been accepted yet; a failed one offers the next step itself. */
export function pendingBubble(chat, entry, takeBack) {
  const stuck = entry.state === 'failed' || entry.state === 'refused';
  const time = timeOf(entry.date);
  return html`<article class=${`msg out pending ${entry.state}`} aria-label=${`${words.me} ${time}`}>
    <div class="bubble">
      ${pendingFile(chat, entry)}${entry.text ? html`<div class="text">${entry.text}</div>` : nothing}
      <div class="meta"><time>${time}</time>${stuck
        ? nothing
        : html`<span class="state" role="img" aria-label=${words.sending}>${clock}</span>`}</div>
    </div>
    ${stuck
      ? html`<div class="unsent">
          ${entry.reason ? html`<p>${entry.reason}</p>` : nothing}
          <button class="resend" @click=${() => chat.outbox.retry(entry)}>${again}${words.resend}</button>
          ${entry.state === 'refused' && entry.kind === 'text'
            ? html`<button class="link" @click=${() => takeBack(entry)}>${words.takeBack}</button>`
            : nothing}
          ${entry.state === 'refused' || entry.kind !== 'text'
            ? html`<button class="link" @click=${() => chat.outbox.drop(entry)}>${words.drop}</button>`
            : nothing}
        </div>`
      : nothing}
  </article>`;
}
