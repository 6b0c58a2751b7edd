// What can be done with one message: held down by a finger, right-clicked, or by its ⋯ button.

import { html, nothing } from './vendor/lit.js';
import { answer, arrowDown, copies, pencil } from './icons.js';
import { copied } from './clipboard.js';
import { sheetLine } from './sheet.js';
import { words } from './words.js';

const HOLD = 500;
const STILL = 10; // a finger that moves further than this scrolls

/** The few reactions of the menu, as Telegram writes them; a bot's own reaction may be any other. */
const REACTIONS = ['👍', '❤', '👌', '🙏', '👏', '😢'];

/** Telegram writes the heart without the sign that makes it red; a screen wants it. */
const drawn = (emoji) => (emoji === '❤' ? '❤\uFE0F' : emoji);

function react(chat, message, emoji) {
  const mine = message.reactions?.some((one) => one.mine && one.emoji === emoji);
  chat.act((clientId) => chat.api.react(message.message_id, mine ? null : emoji, clientId));
}

export function reactionChips(chat, message) {
  if (!message.reactions?.length) return nothing;
  return html`<div class="reactions" role="group" aria-label=${words.reactions}>
    ${message.reactions.map(({ emoji, count, mine }) => html`<button class="reaction" aria-pressed=${mine ? 'true' : 'false'}
      aria-label=${words.reactionOf(emoji, count)} @click=${() => react(chat, message, emoji)}>
      <span aria-hidden="true">${drawn(emoji)} ${count}</span></button>`)}
  </div>`;
}

function attached(message) {
  const photos = [...(message.photo ?? [])].sort((a, b) => b.width - a.width);
  return photos[0] ?? message.video ?? message.animation ?? message.voice ?? message.audio ?? message.document;
}

export function messageMenu(chat, message) {
  const { sheets } = chat;
  const said = message.text ?? message.caption ?? message.contact?.phone_number;
  const guarded = message.has_protected_content;
  const found = guarded ? null : attached(message);
  const mine = message.out && message.text !== undefined && !message.forward_origin;
  const choose = (emoji) => {
    sheets.close();
    react(chat, message, emoji);
  };
  sheets.show(words.options, () => html`
    ${chat.me.blocked
      ? nothing
      : html`<div class="react-row" role="group" aria-label=${words.react}>${REACTIONS.map((emoji) => html`<button class="react-key"
          aria-label=${words.reactWith(emoji)} @click=${() => choose(emoji)}>${drawn(emoji)}</button>`)}</div>`}
    <ul>
      ${said && !guarded ? sheetLine(sheets, copies, words.copy, () => copied(chat, said)) : nothing}
      ${chat.me.blocked ? nothing : sheetLine(sheets, answer, words.reply, () => chat.onReply(message))}
      ${mine && !chat.me.blocked ? sheetLine(sheets, pencil, words.edit, () => chat.onEdit(message)) : nothing}
      ${found
        ? html`<li><a class="choice with-icon" href=${chat.api.fileUrl(found.file_id)} download=${found.file_name ?? ''}
            @click=${() => sheets.close()}>${arrowDown}<span>${words.saveFile}</span></a></li>`
        : nothing}
    </ul>
    ${guarded ? html`<p class="sheet-words faint">${words.guarded}</p>` : nothing}`);
}

/** The message under a finger, if that place has a menu of ours. */
function messageAt(chat, target) {
  const id = target.closest?.('article[id]')?.id;
  const message = id ? chat.history.get(Number(id.slice(1))) : undefined;
  return message?.date && !target.closest('.service') ? message : undefined;
}

/** Long press, right click and the keyboard's menu key, for every message of the conversation. */
export function watchForMenu(box, chat) {
  let timer = 0;
  let start = null;
  let opened = false;
  const forget = () => clearTimeout(timer);
  const open = (message) => {
    opened = true;
    messageMenu(chat, message);
  };
  box.addEventListener('contextmenu', (e) => {
    const message = messageAt(chat, e.target);
    if (!message) return;
    // With a mouse, a link and chosen words keep the browser's own menu, unless nothing here may be taken away.
    const byMouse = e.pointerType === 'mouse' || (e.pointerType === undefined && e.button === 2 && !start);
    const own = byMouse && (e.target.closest('a') || String(getSelection()));
    if (own && !message.has_protected_content) return;
    e.preventDefault();
    forget();
    if (!(opened && start)) open(message); // else the timer was quicker
  });
  // iOS has no contextmenu event: there a timer tells a long press from a tap.
  box.addEventListener('touchstart', (e) => {
    const message = messageAt(chat, e.target);
    opened = false;
    forget();
    if (!message || e.touches.length > 1 || e.target.closest('video')) return;
    start = { x: e.touches[0].clientX, y: e.touches[0].clientY };
    timer = setTimeout(() => open(message), HOLD);
  }, { passive: true });
  box.addEventListener('touchmove', (e) => {
    const { clientX, clientY } = e.touches[0];
    if (start && Math.hypot(clientX - start.x, clientY - start.y) > STILL) forget();
  }, { passive: true });
  box.addEventListener('touchcancel', forget);
  box.addEventListener('touchend', (e) => {
    forget();
    start = null;
    if (opened && e.cancelable) e.preventDefault(); // the finger leaves: that is no tap on what lies beneath
    setTimeout(() => (opened = false));
  });
  box.addEventListener('copy', (e) => {
    if (String(getSelection()) && [...box.querySelectorAll('.guarded')].some((one) => getSelection().containsNode(one, true))) e.preventDefault();
  });
}
