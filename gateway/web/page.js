// The whole page as one template: header, conversation, composer, and what lies over them.

import { html, nothing } from './vendor/lit.js';
import { alertView, toastView } from './notices.js';
import { chatName } from './chats.js';
import { conversation, pinnedBar } from './conversation.js';
import { down, seedling } from './icons.js';
import { searchKey, searchPanel } from './search.js';
import { emergency } from './emergency.js';
import { lightbox } from './media.js';
import { sheetView } from './sheet.js';
import { words } from './words.js';

function header(chat, view) {
  return html`<header class="head">
    <span class="avatar">${seedling}</span>
    <div class="who">${chatName(chat)}
      <p class="typing" role="status">${chat.typing ? words.typing : ''}</p></div>
    ${chat.me?.demo && !view.pane ? html`<a class="head-link" href="/demo">${words.switchPerson}</a>` : nothing}
    ${searchKey(chat)}
    <button class="head-link" aria-pressed=${view.bigType ? 'true' : 'false'} @click=${view.toggleBigType}>${words.bigType}</button>
  </header>
  ${chat.me?.demo ? html`<section class="demo" aria-label=${words.demo}>${words.demo}<span> · ${chat.me.user.first_name}</span></section>` : nothing}`;
}

function status(chat) {
  if (chat.phase === 'gone') {
    return html`<div class="banner gone"><p>${words.gone}</p><p><a class="button" href="/">${words.signIn}</a></p></div>`;
  }
  if (chat.phase === 'broken') return html`<p class="banner">${words.offline}</p>`;
  if (chat.phase === 'loading') return html`<p class="banner calm">${words.loading}</p>`;
  return chat.online ? nothing : html`<p class="banner">${words.offline}</p>`;
}

/** No network for a while: the numbers that work all the same. */
const numbers = (chat, view) =>
  (view.longOffline || chat.phase === 'broken' ? html`<div class="numbers">${emergency()}</div>` : nothing);

/**
 * @param {object} view
 * @param {boolean} view.pane one of several chats side by side
 * @param {boolean} view.bigType
 * @param {() => void} view.toggleBigType
 * @param {boolean} view.scrolledUp
 * @param {() => void} view.toBottom
 * @param {boolean} view.longOffline
 * @param {import('./install.js').Install} view.install
 * @param {import('./settings.js').Settings | null} view.settings
 */
export const page = (chat, composer, view) => html`
  <div class="chat">
    ${header(chat, view)}
    <div role="alert">${status(chat)}</div>
    ${view.install.fresh
      ? html`<button class="update" @click=${() => view.install.update()}>${words.update}</button>`
      : nothing}
    ${pinnedBar(chat)}
    <main class=${chat.search ? 'middle searching' : 'middle'}>
      ${conversation(chat, composer, numbers(chat, view))}
      ${view.scrolledUp
        ? html`<button class="pill" aria-label=${chat.unseen ? words.newMessages(chat.unseen) : words.toBottom} @click=${view.toBottom}>
            ${chat.unseen ? words.newMessages(chat.unseen) : down}</button>`
        : nothing}
      ${searchPanel(chat)}
      ${toastView(chat.notices)}
    </main>
    ${chat.phase === 'gone' ? nothing : composer.view()}
  </div>
  ${composer.menuView()}${sheetView(chat.sheets)}${lightbox(chat)}${view.settings ? view.settings.view() : nothing}${alertView(chat.notices)}
`;
