// Searching this chat: words go to the server, what it finds stands in a list, a tap leads to the message.

import { html, nothing } from './vendor/lit.js';
import { author, snippet } from './snippet.js';
import { cross, lens } from './icons.js';
import { dayName, dayOf, timeOf } from './dates.js';
import { Refused } from './api.js';
import { words } from './words.js';

const PAUSE = 350; // milliseconds without a key: then it is asked
const LEAD = 14; // characters before the find that are shown with it

export class Search {
  constructor(chat) {
    this.chat = chat;
    this.text = '';
    this.found = null; // nothing asked yet
    this.more = false;
    this.state = 'idle'; // asking, failed
    this.reason = '';
  }

  typed(text) {
    this.text = text.trim();
    clearTimeout(this.timer);
    if (!this.text) {
      this.found = null;
      this.state = 'idle';
      this.chat.changed();
    } else this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  /** The first results, or with `further` those before the last shown. */
  async ask(further = false) {
    clearTimeout(this.timer);
    const { text } = this;
    if (!text) return;
    const before = further ? this.next : undefined;
    this.state = 'asking';
    this.chat.changed();
    try {
      const { messages, more, next } = await this.chat.api.search(text, before);
      if (text !== this.text) return; // typed on meanwhile
      this.found = further ? [...this.found, ...messages] : messages;
      this.more = more;
      this.next = next; // the server looks through a stretch at a time, and may find nothing in it
      this.state = 'idle';
    } catch (error) {
      this.state = 'failed';
      this.reason = error instanceof Refused ? error.message : words.searchFailed;
    }
    this.chat.changed();
  }
}

/** The line around the first of the words found, that word marked. */
function marked(line, wanted) {
  const lower = line.toLowerCase();
  const found = wanted.toLowerCase().split(/\s+/).map((word) => ({ word, at: lower.indexOf(word) })).filter(({ at }) => at >= 0);
  if (!found.length) return line.slice(0, 80);
  const { word, at } = found.reduce((first, one) => (one.at < first.at ? one : first));
  const from = Math.max(0, at - LEAD);
  return html`${from ? '…' : ''}${line.slice(from, at)}<mark>${line.slice(at, at + word.length)}</mark>${line.slice(at + word.length, at + 70)}`;
}

function results(chat, search) {
  if (search.state === 'failed') {
    return html`<p class="search-note">${search.reason} <button class="link" @click=${() => search.ask()}>${words.again}</button></p>`;
  }
  if (!search.found) return html`<p class="search-note">${search.state === 'asking' ? words.searching : words.searchHint}</p>`;
  if (!search.found.length && !search.more) return html`<p class="search-note">${words.nothingFound(search.text)}</p>`;
  const now = chat.api.now() / 1000;
  const go = (id) => {
    chat.search = null;
    chat.changed();
    chat.jump(id);
  };
  return html`<ul>${search.found.map((message) => html`<li><button class="found" @click=${() => go(message.message_id)}>
      <span class="found-head"><span>${author(chat, message)}</span><span>${dayName(dayOf(message.date), now)} ${timeOf(message.date)}</span></span>
      <span class="found-words">${marked(snippet(message), search.text)}</span></button></li>`)}</ul>
    ${search.more
      ? html`<button class="link above" ?disabled=${search.state === 'asking'} @click=${() => search.ask(true)}>${words.moreFound}</button>`
      : nothing}`;
}

export function toggleSearch(chat) {
  chat.search = chat.search ? null : new Search(chat);
  chat.changed();
  queueMicrotask(() => document.querySelector(chat.search ? '#search' : '.search-key')?.focus());
}

export const searchKey = (chat) => html`<button class="tool search-key" aria-label=${words.search}
  aria-expanded=${chat.search ? 'true' : 'false'} ?disabled=${chat.phase !== 'ready'} @click=${() => toggleSearch(chat)}>${lens}</button>`;

export function searchPanel(chat) {
  const { search } = chat;
  if (!search) return nothing;
  const key = (e) => {
    if (e.key === 'Escape') toggleSearch(chat);
    if (e.key === 'Enter' && !e.isComposing) search.ask();
  };
  return html`<div class="search" role="search" @keydown=${key}>
    <div class="search-bar">
      <input id="search" type="search" enterkeyhint="search" autocomplete="off" maxlength="100" aria-label=${words.searchBox} placeholder=${words.searchBox}
        @input=${(e) => search.typed(e.target.value)}>
      <button class="tool" aria-label=${words.closeSearch} @click=${() => toggleSearch(chat)}>${cross}</button>
    </div>
    <div class="search-results" role="region" aria-label=${words.results} aria-live="polite" tabindex="0">${results(chat, search)}</div>
  </div>`;
}
