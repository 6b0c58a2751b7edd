// How much is unread: in the title of the tab, and on the icon of the installed app.

import { words } from './words.js';

let shown = null;

export function badge(chat) {
  const { me } = chat;
  if (!me) return;
  const here = me.chat?.id ?? me.chat_id;
  const elsewhere = (me.chats ?? []).reduce((sum, one) => sum + (one.id === here ? 0 : one.unread || 0), 0);
  const name = (chat.isGroup && me.chat.title) || me.bot.first_name || words.title;
  const count = chat.unseen + elsewhere;
  const title = count ? `(${count}) ${name}` : name;
  if (document.title !== title) document.title = title;
  if (count === shown || !navigator.setAppBadge) return;
  shown = count;
  (count ? navigator.setAppBadge(count) : navigator.clearAppBadge()).catch(() => {});
}
