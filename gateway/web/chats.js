// The other conversations of this person with this bot: the private one and the groups.

import { html, nothing } from './vendor/lit.js';
import { down, people, person } from './icons.js';
import { words } from './words.js';

const nameOf = (chat, one) => (one.type === 'private' ? chat.me.bot.first_name : one.title);

/** The name in the header; with more than one conversation it leads to the others. */
export function chatName(chat) {
  const name = chat.me ? nameOf(chat, chat.me.chat ?? { type: 'private' }) : words.title;
  const chats = chat.me?.chats ?? [];
  if (chats.length < 2) return html`<h1>${name}</h1>`;
  const unread = chats.filter((one) => one.id !== chat.me.chat.id).reduce((sum, one) => sum + (one.unread ?? 0), 0);
  return html`<h1><button class="chats-key" aria-haspopup="dialog" aria-label=${[name, words.switchChat, unread ? words.unreadIn(unread) : ''].filter(Boolean).join('，')}
    @click=${() => chat.sheets.show(words.chats, () => list(chat))}><span>${name}</span>${down}${unread
      ? html`<span class="badge" aria-hidden="true">${unread}</span>`
      : nothing}</button></h1>`;
}

const list = (chat) => html`<ul>${chat.me.chats.map((one) => {
  const here = one.id === chat.me.chat.id;
  return html`<li><a class="choice with-icon" href=${one.url} aria-current=${here ? 'page' : 'false'}
      @click=${(e) => here && (e.preventDefault(), chat.sheets.close())}>
    ${one.type === 'private' ? person : people}<span>${nameOf(chat, one)}</span>${one.unread && !here
      ? html`<span class="badge" aria-label=${words.unreadIn(one.unread)}>${one.unread}</span>`
      : nothing}</a></li>`;
})}</ul>`;
