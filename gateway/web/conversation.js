// The conversation between the header and the composer: what is pinned, the messages, what still waits.

import { html, nothing, repeat } from './vendor/lit.js';
import { album } from './album.js';
import { bubble, pendingBubble } from './message.js';
import { cross, seedling, thumbtack } from './icons.js';
import { dayName, dayOf } from './dates.js';
import { serviceLine, serviceWords } from './service.js';
import { snippet } from './snippet.js';
import { words } from './words.js';

const TOGETHER = 300; // seconds: messages of one side this close share a group

const sameSide = (a, b) => !!a?.out === !!b.out && a?.from?.id === b.from?.id;

/** Day separators, service lines, messages and albums as one keyed list, so that lit moves nothing that stays. */
function items(chat, messages, now) {
  const list = [];
  let day = '';
  let previous = null;
  for (const message of messages) {
    const its = dayOf(message.date);
    if (its !== day) list.push({ key: `d${its}`, day: dayName(its, now) });
    const follows = its === day && previous !== null && sameSide(previous, message) && message.date - previous.date < TOGETHER;
    const group = message.media_group_id;
    const line = serviceWords(chat, message);
    const before = list[list.length - 1];
    if (line) list.push({ key: `m${message.message_id}`, message, line });
    else if (group && before?.group === group && sameSide(previous, message)) before.messages.push(message);
    else if (group) list.push({ key: `g${group}`, messages: [message], group, follows });
    else list.push({ key: `m${message.message_id}`, message, follows });
    day = its;
    previous = line ? null : message;
  }
  return list;
}

function drawn(chat, item) {
  if (item.day) return html`<p class="day"><span>${item.day}</span></p>`;
  if (item.line) return serviceLine(chat, item.message, item.line);
  if (!item.group) return bubble(chat, item.message, item.follows);
  return item.messages.length > 1 ? album(chat, item.messages, item.follows) : bubble(chat, item.messages[0], item.follows);
}

function above(chat) {
  const { history } = chat;
  if (history.older === 'failed') return html`<button class="link above" @click=${() => chat.loadOlder()}>${words.olderFailed}</button>`;
  if (history.more) return html`<p class="above">${words.older}</p>`;
  if (chat.phase === 'kept') return nothing; // the phone knows only the end of it
  if (history.byId.size) return html`<p class="above">${words.beginning}</p>`;
  if (chat.phase !== 'ready') return nothing;
  const { bot } = chat.me;
  return html`<div class="empty">${seedling}<p><strong>${words.emptyTitle(bot.first_name)}</strong></p>
    <p class="plain">${bot.description || words.empty}</p></div>`;
}

function below(chat, takeBack) {
  const { history } = chat;
  if (!history.detached) {
    return repeat(chat.phase === 'loading' || chat.phase === 'gone' ? [] : chat.outbox.entries, (entry) => entry.client_id,
      (entry) => pendingBubble(chat, entry, takeBack));
  }
  return history.newer === 'failed'
    ? html`<button class="link above" @click=${() => history.loadNewer()}>${words.newerFailed}</button>`
    : html`<p class="above">${words.newer}</p>`;
}

/** @param {unknown} last what stands at the very end, after what still waits */
export function conversation(chat, composer, last = nothing) {
  const now = chat.api.now() / 1000;
  return html`<div class="log" role="log" aria-label=${words.log} tabindex="0" aria-busy=${chat.history.older === 'loading' ? 'true' : 'false'}>
    <div class="log-inner">
      ${above(chat)}
      ${repeat(items(chat, chat.messages, now), (item) => item.key, (item) => drawn(chat, item))}
      ${below(chat, (entry) => composer.takeBack(entry))}
      ${last}
    </div>
  </div>`;
}

/** The pinned message: one line that leads to it, and goes away on this phone when it is in the way. */
export function pinnedBar(chat) {
  const pinned = chat.me?.pinned;
  if (!pinned || chat.storage.get('pin-hidden') === String(pinned.message_id)) return nothing;
  const words80 = snippet(pinned).slice(0, 80);
  const hide = () => {
    chat.storage.set('pin-hidden', String(pinned.message_id));
    chat.changed();
  };
  return html`<div class="pinned">
    <button class="pinned-words" aria-label=${words.jumpToPinned(words80)} @click=${() => chat.jump(pinned.message_id)}>
      ${thumbtack}<span>${words80}</span></button>
    <button class="tool" aria-label=${words.hidePinned} @click=${hide}>${cross}</button>
  </div>`;
}
