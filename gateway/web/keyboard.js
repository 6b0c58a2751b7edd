// The two keyboards of a bot: buttons under a message, and buttons above the text box.

import { html, nothing } from './vendor/lit.js';
import { copied } from './clipboard.js';
import { keys, outward } from './icons.js';
import { safeUrl } from './entities.js';
import { words } from './words.js';

function openLink(url) {
  if (/^tel:/i.test(url)) location.href = url;
  else window.open(url, '_blank', 'noopener,noreferrer');
}

function press(chat, message, button) {
  const url = safeUrl(button.url ?? button.login_url?.url ?? '');
  if (button.callback_data !== undefined) chat.press(message, button.callback_data);
  else if (url) openLink(url);
  else if (button.copy_text) copied(chat, button.copy_text.text);
  else chat.notices.toast(words.buttonUnsupported);
}

// Wide rows (a calendar's seven days) get narrow buttons; others keep room for words and wrap when type is large.
const density = (row) => (row.length > 4 ? 'row dense' : 'row');

export function inlineKeyboard(chat, message) {
  const rows = message.reply_markup?.inline_keyboard ?? [];
  if (!rows.length) return nothing;
  const busy = chat.busy.get(message.message_id);
  return html`<div class="inline">
    ${rows.map((row) => html`<div class=${density(row)}>
      ${row.map((button) => {
        const waits = busy !== undefined && busy === button.callback_data;
        // A web app would be a page of somebody else's: it is shown, so that nobody looks for it, but does nothing.
        return html`<button class=${`key ${button.style ?? ''} ${waits ? 'busy' : ''}`} aria-busy=${waits ? 'true' : 'false'}
          ?disabled=${button.web_app !== undefined} @click=${() => press(chat, message, button)}>${button.text}${/^http/i.test(button.url ?? '') ? outward : nothing}</button>`;
      })}
    </div>`)}
  </div>`;
}

/** Whoever has never said anything here has no buttons yet: one to begin with, whatever the bot has sent meanwhile. */
function beginning(chat, say) {
  const spoke = chat.history.more || chat.outbox.entries.length > 0 || chat.messages.some((message) => message.out);
  return chat.phase !== 'ready' || spoke
    ? nothing
    : html`<div class="begin"><button class="button strong" @click=${() => say({ text: '/start' })}>${words.begin}</button></div>`;
}

export function replyKeyboard(chat, say) {
  if (!chat.keyboard) return beginning(chat, say);
  if (!chat.keyboardShown) return nothing;
  return html`<div class="reply-keys" role="group" aria-label=${words.keyboard}>
    ${chat.keyboard.keyboard.map((row) => html`<div class=${density(row)}>
      ${row.map((button) => {
        const key = typeof button === 'string' ? { text: button } : button;
        return html`<button class=${`key ${key.style ?? ''}`} @click=${() => say(key)}>${key.text}</button>`;
      })}
    </div>`)}
  </div>`;
}

export function keyboardToggle(chat) {
  if (!chat.keyboard) return nothing;
  const shown = chat.keyboardShown;
  return html`<button class="tool toggle" aria-expanded=${shown ? 'true' : 'false'}
    aria-label=${shown ? words.hideKeyboard : words.showKeyboard} @click=${() => chat.showKeyboard(!shown)}>${keys}</button>`;
}
