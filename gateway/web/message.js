// One message as a bubble: what came and went, and what still waits in the outbox.

import { html, nothing } from './vendor/lit.js';
import { again, check, clock, cross, dots } from './icons.js';
import { author, fullName, snippet } from './snippet.js';
import { clockOf, timeOf } from './dates.js';
import { contact, dice, place } from './place.js';
import { file, film, photo, sizeName, sound } from './media.js';
import { formatted } from './entities.js';
import { inlineKeyboard } from './keyboard.js';
import { isFile } from './outbox.js';
import { messageMenu, reactionChips } from './actions.js';
import { poll } from './poll.js';
import { words } from './words.js';

const COLOURS = 6;

export const text = (chat, message) => {
  const said = message.text ?? message.caption;
  if (!said) return nothing;
  const say = (command) => chat.outbox.addText(command);
  const copy = message.has_protected_content ? null : chat;
  return html`<div class="text">${formatted(said, message.entities ?? message.caption_entities, say, copy)}</div>`;
};

function quoted(chat, message) {
  const original = message.reply_to_message;
  if (!original) return nothing;
  const quote = message.quote?.text ?? snippet(original);
  return html`<button class="quote" aria-label=${words.jumpTo(author(chat, original), quote.slice(0, 80))}
    @click=${() => chat.jump(original.message_id)}>
    <span class="quote-who">${author(chat, original)}</span><span class="quote-words">${quote.slice(0, 80)}</span></button>`;
}

function forwarded({ forward_origin: origin }) {
  if (!origin) return nothing;
  const { sender_user: user, sender_user_name: hidden, sender_chat: group, chat: channel } = origin;
  const name = user ? fullName(user.first_name, user.last_name) : hidden ?? group?.title ?? channel?.title ?? '';
  return html`<p class="forwarded">${words.forwardedFrom(name)}</p>`;
}

/** In a group it matters who speaks; the colour only helps the eye. */
function sender(chat, message, follows) {
  if (!chat.isGroup || message.out || follows) return nothing;
  const name = author(chat, message);
  return html`<p class=${`sender tint${(message.from?.id ?? 0) % COLOURS}`}><span class="initial" aria-hidden="true">${[...name][0]}</span>${name}</p>`;
}

function sticker(chat, { sticker: about }) {
  if (about.is_animated || about.is_video) return html`<div class="dice"><span class="dice-face">${about.emoji ?? words.sticker}</span></div>`;
  return html`<img class="sticker" src=${chat.api.fileUrl(about.file_id)} width=${about.width} height=${about.height} alt=${about.emoji ?? words.sticker}>`;
}

export function attachment(chat, message) {
  if (message.photo?.length) return photo(chat, message);
  const moving = message.video ?? message.animation ?? message.video_note;
  if (moving) return film(chat, message, moving.length ? { ...moving, width: moving.length, height: moving.length } : moving);
  if (message.voice ?? message.audio) return sound(chat, message, message.voice ?? message.audio);
  if (message.sticker) return sticker(chat, message);
  if (message.document) return file(chat, message, message.document);
  if (message.venue ?? message.location) return place(chat, message);
  if (message.contact) return contact(message);
  if (message.poll) return poll(chat, message);
  if (message.dice) return dice(message);
  return message.text === undefined && !message.caption ? html`<div class="text faint">${words.unsupported}</div>` : nothing;
}

export function meta(message) {
  const time = timeOf(message.date);
  return html`<div class="meta">${message.edit_date ? html`<span>${words.edited}</span>` : nothing}
    <time datetime=${new Date(message.date * 1000).toISOString()}>${time}</time>${message.out
      ? html`<span class="state" role="img" aria-label=${words.sent}>${check}</span>`
      : nothing}</div>`;
}

/** The name a screen reader gives the message, and its classes; the same for a bubble and a cell of an album. */
export const named = (chat, message) => `${author(chat, message)} ${timeOf(message.date)}`;

export function classesOf(chat, message, follows) {
  const classes = ['msg', message.out ? 'out' : 'in'];
  if (follows) classes.push('follows');
  if (message.reply_markup?.inline_keyboard?.length) classes.push('keyed');
  if (message.photo?.length || message.video || message.animation) classes.push('pictured');
  if (message.poll) classes.push('asked');
  if (message.has_protected_content) classes.push('guarded');
  if (message.urgent) classes.push('urgent');
  if (chat.marked === message.message_id) classes.push('marked');
  return classes.join(' ');
}

/** The way to the message's menu for whoever has no finger to hold it down with. */
export const optionsKey = (chat, message) => html`<button class="options" aria-haspopup="dialog"
  aria-label=${words.optionsKey} @click=${() => messageMenu(chat, message)}>${dots}</button>`;

export function bubble(chat, message, follows) {
  const above = message.show_caption_above_media ? text(chat, message) : nothing;
  const below = message.show_caption_above_media ? nothing : text(chat, message);
  return html`<article class=${classesOf(chat, message, follows)} id=${`m${message.message_id}`} tabindex="-1"
      aria-label=${named(chat, message)}>
    ${sender(chat, message, follows)}
    <div class="bubble">
      ${forwarded(message)}${quoted(chat, message)}${above}${attachment(chat, message)}${below}
      ${meta(message)}
    </div>
    ${reactionChips(chat, message)}
    ${inlineKeyboard(chat, message)}
    ${optionsKey(chat, message)}
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

function pendingContent(chat, entry) {
  if (entry.kind === 'contact') return html`<div class="text">${words.myContact}</div>`;
  if (entry.kind === 'location') return html`<div class="text">${words.location}</div>`;
  if (!isFile(entry)) return nothing;
  let shown = html`<div class="file-words"><span class="file-name">${entry.name}</span><span class="file-size">${sizeName(entry.size)}</span></div>`;
  if (entry.preview) shown = html`<img class="preview" src=${entry.preview} alt=${entry.text || words.photo}>`;
  if (entry.kind === 'voice') shown = html`<div class="file-words"><span class="file-name">${words.voice}</span><span class="file-size">${clockOf(entry.duration ?? 0)}</span></div>`;
  return html`${shown}${entry.state === 'sending' ? progress(chat, entry) : nothing}`;
}

/** A message that has not been accepted yet; a failed one offers the next step itself. */
export function pendingBubble(chat, entry, takeBack) {
  const away = !chat.online || chat.phase === 'kept' || chat.phase === 'gone';
  const stuck = entry.state === 'failed' || entry.state === 'refused' || (entry.state === 'waiting' && away);
  const time = timeOf(entry.date);
  return html`<article class=${`msg out pending ${entry.state}`} aria-label=${`${words.me} ${stuck ? words.unsent : time}`}>
    <div class="bubble">
      ${pendingContent(chat, entry)}${entry.text ? html`<div class="text">${entry.text}</div>` : nothing}
      <div class="meta">${stuck
        ? html`<span class="not-sent">${words.unsent}</span>`
        : html`<time>${time}</time><span class="state" role="img" aria-label=${words.sending}>${clock}</span>`}</div>
    </div>
    ${stuck
      ? html`<div class="unsent">
          ${entry.reason ? html`<p>${entry.reason}</p>` : nothing}
          <button class="resend" @click=${() => chat.outbox.retry(entry)}>${again}${words.resend}</button>
          ${entry.state === 'refused' && entry.kind === 'text'
            ? html`<button class="link" @click=${() => takeBack(entry)}>${words.takeBack}</button>`
            : nothing}
          <button class="link" @click=${() => chat.outbox.drop(entry)}>${words.drop}</button>
        </div>`
      : nothing}
  </article>`;
}
