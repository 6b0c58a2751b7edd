// The whole page as one template: header, conversation, composer, and what lies over them.

import { html, nothing, repeat } from './vendor/lit.js';
import { alertView, toastView } from './notices.js';
import { bubble, pendingBubble } from './message.js';
import { dayName, dayOf } from './dates.js';
import { down, seedling } from './icons.js';
import { lightbox } from './media.js';
import { words } from './words.js';

const TOGETHER = 300; // seconds: messages of one side this close share a group

function header(chat, view) {
  const name = chat.me?.bot.first_name ?? words.title;
  return html`<header class="head">
    <span class="avatar">${seedling}</span>
    <div class="who"><h1>${name}</h1>
      <p class="typing" role="status">${chat.typing ? words.typing : ''}</p></div>
    ${chat.me?.demo && !view.pane ? html`<a class="head-link" href="/demo">${words.switchPerson}</a>` : nothing}
    <button class="head-link" aria-pressed=${view.bigType ? 'true' : 'false'} @click=${view.toggleBigType}>${words.bigType}</button>
  </header>
  ${chat.me?.demo ? html`<p class="demo">${words.demo}<span> · ${chat.me.user.first_name}</span></p>` : nothing}`;
}

/** Day separators and messages as one keyed list, so that lit moves nothing that stays. */
function items(messages, now) {
  const list = [];
  let day = '';
  let previous = null;
  for (const message of messages) {
    const its = dayOf(message.date);
    if (its !== day) list.push({ key: `d${its}`, day: dayName(its, now) });
    const follows = its === day && !!previous?.out === !!message.out && message.date - previous.date < TOGETHER;
    list.push({ key: `m${message.message_id}`, message, follows });
    day = its;
    previous = message;
  }
  return list;
}

function above(chat) {
  if (chat.older === 'failed') return html`<button class="link above" @click=${() => chat.loadOlder()}>${words.olderFailed}</button>`;
  if (chat.more) return html`<p class="above">${words.older}</p>`;
  if (chat.byId.size) return html`<p class="above">${words.beginning}</p>`;
  if (chat.phase !== 'ready') return nothing;
  return html`<div class="empty">${seedling}<p><strong>${words.emptyTitle(chat.me.bot.first_name)}</strong></p><p>${words.empty}</p></div>`;
}

function conversation(chat, composer) {
  const now = Date.now() / 1000;
  const takeBack = (entry) => composer.takeBack(entry);
  return html`<div class="log" role="log" aria-label=${words.log} tabindex="0" aria-busy=${chat.older === 'loading' ? 'true' : 'false'}>
    <div class="log-inner">
      ${above(chat)}
      ${repeat(items(chat.messages, now), (item) => item.key, (item) => item.day
        ? html`<p class="day"><span>${item.day}</span></p>`
        : bubble(chat, item.message, item.follows))}
      ${repeat(chat.phase === 'loading' ? [] : chat.outbox.entries, (entry) => entry.client_id,
        (entry) => pendingBubble(chat, entry, takeBack))}
    </div>
  </div>`;
}

function status(chat) {
  if (chat.phase === 'gone') return html`<p class="banner gone">${words.gone}</p>`;
  if (chat.phase === 'broken') return html`<p class="banner">${words.broken}</p>`;
  if (chat.phase === 'loading') return html`<p class="banner calm">${words.loading}</p>`;
  return chat.online ? nothing : html`<p class="banner">${words.offline}</p>`;
}

/** @param {{pane: boolean, bigType: boolean, toggleBigType: () => void, scrolledUp: boolean, toBottom: () => void}} view */
export const page = (chat, composer, view) => html`
  <div class="chat">
    ${header(chat, view)}
    <div role="alert">${status(chat)}</div>
    <main class="middle">
      ${conversation(chat, composer)}
      ${view.scrolledUp
        ? html`<button class="pill" aria-label=${chat.unseen ? words.newMessages(chat.unseen) : words.toBottom} @click=${view.toBottom}>
            ${chat.unseen ? words.newMessages(chat.unseen) : down}</button>`
        : nothing}
      ${toastView(chat.notices)}
    </main>
    ${composer.view()}
  </div>
  ${composer.menuView()}${lightbox(chat)}${alertView(chat.notices)}
`;
