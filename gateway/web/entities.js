// Bot API text and its entities → Lit templates. Offsets count UTF-16 units, as JavaScript strings do.
// Text only ever becomes text nodes; nothing here makes markup out of words.

import { html, nothing } from './vendor/lit.js';
import { copied } from './clipboard.js';
import { words } from './words.js';

const SHORT_QUOTE = 90; // characters: about three lines on a phone, not worth folding
const BLOCKS = new Set(['pre', 'blockquote', 'expandable_blockquote']);

/** Only what a chat may open; anything else (javascript:, data:, tg:) stays plain text. */
export function safeUrl(url) {
  if (/^(https?:|tel:|mailto:)/i.test(url)) return url;
  if (/^[\w-]+(\.[\w-]+)+([/?#:]|$)/.test(url)) return `http://${url}`;
  return null;
}

const link = (url, inner) => {
  const safe = safeUrl(url);
  if (!safe) return inner;
  if (/^tel:/i.test(safe)) return html`<a href=${safe}>${inner}</a>`;
  return html`<a href=${safe} target="_blank" rel="noopener noreferrer">${inner}</a>`;
};

const reveal = (e) => {
  const spoiler = e.currentTarget;
  if (spoiler.classList.contains('shown')) return;
  if (e.type === 'keydown' && e.key !== 'Enter' && e.key !== ' ') return;
  e.preventDefault();
  spoiler.classList.add('shown');
  spoiler.removeAttribute('role');
  spoiler.removeAttribute('tabindex');
  spoiler.removeAttribute('aria-label');
};

const fold = ({ currentTarget: key }) => {
  const shown = key.parentElement.classList.toggle('shown');
  key.setAttribute('aria-expanded', String(shown));
  key.textContent = shown ? words.fold : words.expand;
};

function quote(inner, raw) {
  if (raw.length <= SHORT_QUOTE && raw.split('\n').length <= 3) return html`<blockquote>${inner}</blockquote>`;
  return html`<blockquote class="long"><div class="folded">${inner}</div><button class="expand" aria-expanded="false"
    @click=${fold}>${words.expand}</button></blockquote>`;
}

function code(inner, raw, language, chat) {
  if (!language) return html`<pre tabindex="0">${inner}</pre>`;
  return html`<div class="code"><div class="code-head"><span>${language}</span>${chat
    ? html`<button class="link" @click=${() => copied(chat, raw)}>${words.copy}</button>`
    : nothing}</div><pre tabindex="0"><code>${inner}</code></pre></div>`;
}

function wrap(entity, inner, raw, { say, chat }) {
  switch (entity.type) {
    case 'bold': return html`<strong>${inner}</strong>`;
    case 'italic': return html`<em>${inner}</em>`;
    case 'underline': return html`<u>${inner}</u>`;
    case 'strikethrough': return html`<s>${inner}</s>`;
    case 'code': return html`<code>${inner}</code>`;
    case 'pre': return code(inner, raw, entity.language, chat);
    case 'blockquote': return html`<blockquote>${inner}</blockquote>`;
    case 'expandable_blockquote': return quote(inner, raw);
    case 'spoiler':
      return html`<span class="spoiler" role="button" tabindex="0" aria-label=${words.spoiler}
        @click=${reveal} @keydown=${reveal}><span>${inner}</span></span>`;
    case 'url': return link(raw, inner);
    case 'text_link': return link(entity.url ?? '', inner);
    case 'email': return link(`mailto:${raw}`, inner);
    case 'phone_number': return link(`tel:${raw.replace(/[^\d+]/g, '')}`, inner);
    case 'bot_command': return !say ? inner : html`<button class="command" @click=${() => say(raw)}>${inner}</button>`;
    default: return inner;
  }
}

function walk(text, from, to, entities, acts) {
  const parts = [];
  let at = from;
  for (let i = 0; i < entities.length; ) {
    const entity = entities[i];
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    let next = i + 1;
    while (next < entities.length && entities[next].offset < end) next += 1;
    if (start > at) parts.push(text.slice(at, start));
    if (end > start) {
      const inner = walk(text, start, end, entities.slice(i + 1, next), acts);
      parts.push(wrap(entity, inner, text.slice(start, end), acts));
      at = end;
      if (BLOCKS.has(entity.type) && text[at] === '\n') at += 1; // the block itself ends the line
    }
    i = next;
  }
  if (at < to) parts.push(text.slice(at, to));
  return parts;
}

/**
 * @param {(text: string) => void} [say] what a tap on a /command does
 * @param {object} [chat] where a piece of code may be copied from
 */
export function formatted(text, entities = [], say, chat) {
  const nested = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return walk(text, 0, text.length, nested, { say, chat });
}
