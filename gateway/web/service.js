// What happened in the conversation besides speaking: somebody joined, something was pinned.

import { html } from './vendor/lit.js';
import { author, fullName, snippet } from './snippet.js';
import { words } from './words.js';

const names = (people) => people.map((one) => fullName(one.first_name, one.last_name)).join('、');

const LINES = [
  ['pinned_message', (chat, message, pinned) => words.didPin(author(chat, message), snippet(pinned).slice(0, 40))],
  ['new_chat_members', (chat, message, people) => words.joined(names(people))],
  ['left_chat_member', (chat, message, who) => words.left(names([who]))],
  ['new_chat_title', (chat, message, title) => words.renamed(title)],
  ['group_chat_created', (chat, message) => words.groupMade(author(chat, message))],
  ['supergroup_chat_created', (chat, message) => words.groupMade(author(chat, message))],
];

/** The words of a service message; undefined for one that somebody said. */
export function serviceWords(chat, message) {
  const found = LINES.find(([name]) => message[name] !== undefined);
  return found?.[1](chat, message, message[found[0]]);
}

export function serviceLine(chat, message, said) {
  const pinned = message.pinned_message?.message_id;
  return html`<article class=${`service ${chat.marked === message.message_id ? 'marked' : ''}`} id=${`m${message.message_id}`} tabindex="-1">
    ${pinned
      ? html`<button class="service-words" @click=${() => chat.jump(pinned)}>${said}</button>`
      : html`<span class="service-words">${said}</span>`}
  </article>`;
}
