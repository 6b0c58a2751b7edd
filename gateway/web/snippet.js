// A message in one line: in a quote, on the pinned bar, among the results of a search.

import { words } from './words.js';

const KINDS = [
  ['photo', () => words.photo],
  ['voice', () => words.voice],
  ['audio', ({ title, file_name: name }) => title || name || words.audio],
  ['video', () => words.video],
  ['video_note', () => words.video],
  ['animation', () => words.animation],
  ['sticker', ({ emoji }) => emoji || words.sticker],
  ['document', ({ file_name: name }) => name || words.file],
  ['venue', ({ title }) => title],
  ['location', () => words.location],
  ['contact', ({ first_name: first, last_name: last }) => `${words.contact}：${fullName(first, last)}`],
  ['poll', ({ question }) => `${words.poll}：${question}`],
  ['dice', ({ emoji, value }) => `${emoji} ${value}`],
];

/** Chinese names are written in one piece, others with a space. */
export function fullName(first = '', last = '') {
  const spaced = /[A-Za-z]$/.test(first) && /^[A-Za-z]/.test(last);
  return [first, last].filter(Boolean).join(spaced ? ' ' : '');
}

/** What a hidden passage says stays hidden in one line too. */
function withoutSpoilers(text, entities = []) {
  let shown = text;
  for (const { type, offset, length } of entities) {
    if (type === 'spoiler') shown = shown.slice(0, offset) + '▒'.repeat(length) + shown.slice(offset + length);
  }
  return shown;
}

export function snippet(message) {
  const text = message.text ?? message.caption;
  if (text) return withoutSpoilers(text, message.entities ?? message.caption_entities).replace(/\s+/g, ' ');
  const found = KINDS.find(([kind]) => message[kind] !== undefined);
  return found ? found[1](message[found[0]]) : words.unsupported;
}

/** Who said it, as this chat calls them. */
export function author(chat, message) {
  if (message.out ?? message.from?.id === chat.me.user.id) return words.me;
  const { from } = message;
  return from ? fullName(from.first_name, from.last_name) : chat.me.bot.first_name;
}
