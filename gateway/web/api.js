// The page's side of the server contract: plain requests in, plain objects out.

import { words } from './words.js';

const PATIENCE = 20_000;
const CLOCK_TOLERANCE = 30_000; // a slow answer is no wrong clock

/** The server answered and said no; trying the same again does not help (except after `retryAfter`). */
export class Refused extends Error {
  constructor(status, body, retryAfter = 0) {
    super(body?.error?.message || words.serverError);
    this.status = status;
    this.code = body?.error?.code;
    this.retryAfter = retryAfter;
  }

  /** Too many requests or a server in trouble: the same request may pass later. */
  get passing() {
    return this.status === 429 || this.status === 408 || this.status >= 500;
  }
}

/** Nobody answered. Whether the request arrived is unknown, so it is repeated with the same client_id. */
export class Unreachable extends Error {}

export function newClientId() {
  // Not crypto.randomUUID(): it is missing on plain http, and a county office may run without https inside.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

export class Api {
  /** @param {string} base `/c/<user_id>/<bot>` */
  constructor(base) {
    this.base = base;
    this.csrf = '';
    this.ahead = 0; // how far the server's clock is ahead of this phone's, in milliseconds
    this.onClock = () => {};
  }

  /** The time by the server's clock; a phone with a wrong one must not date anything. */
  now() {
    return Date.now() + this.ahead;
  }

  fileUrl(fileId) {
    return `${this.base}/file/${encodeURIComponent(fileId)}`;
  }

  eventsUrl(after) {
    return `${this.base}/api/events?after=${after}`;
  }

  async me() {
    const me = await this.#ask('me');
    this.csrf = me.csrf;
    return me;
  }

  messages(before, limit = 40) {
    return this.#ask(`messages?limit=${limit}${before ? `&before=${before}` : ''}`);
  }

  /** The history around one message; `more_after` says whether the conversation goes on behind it. */
  around(messageId, limit = 40) {
    return this.#ask(`messages?around=${messageId}&limit=${limit}`);
  }

  search(words, before, limit = 20) {
    return this.#post('search', { q: words, limit, before });
  }

  sendText(text, clientId, replyTo) {
    return this.#post('messages', { text, client_id: clientId, reply_to_message_id: replyTo });
  }

  edit(messageId, text, clientId) {
    return this.#post(`messages/${messageId}/edit`, { text, client_id: clientId });
  }

  /** The person's own name and number, as the gateway knows them. */
  sendContact(clientId, replyTo) {
    return this.#post('contact', { client_id: clientId, reply_to_message_id: replyTo });
  }

  sendLocation(place, clientId, replyTo) {
    return this.#post('location', { ...place, client_id: clientId, reply_to_message_id: replyTo });
  }

  vote(messageId, optionIds, clientId) {
    return this.#post('vote', { message_id: messageId, option_ids: optionIds, client_id: clientId });
  }

  react(messageId, emoji, clientId) {
    return this.#post('reactions', { message_id: messageId, emoji, client_id: clientId });
  }

  block(blocked) {
    return this.#post('block', { blocked });
  }

  /** The newest message that was really before somebody's eyes; told also while the page goes away. */
  seen(messageId) {
    return this.#post('seen', { message_id: messageId }, { keepalive: true });
  }

  push(subscription) {
    return this.#post('push', { subscription });
  }

  pushRemove(endpoint) {
    return this.#post('push/remove', { endpoint });
  }

  callback(messageId, data, clientId) {
    return this.#post('callback', { message_id: messageId, data, client_id: clientId });
  }

  sendFile(upload, onProgress, signal) {
    return this.#withFreshToken(() => this.#upload(upload, onProgress, signal));
  }

  /** XMLHttpRequest, because fetch does not tell how much has gone up. `signal` cancels. */
  #upload({ file, name, kind, caption, duration, replyTo, clientId }, onProgress, signal) {
    const form = new FormData();
    form.set('kind', kind);
    form.set('caption', caption);
    form.set('client_id', clientId);
    if (duration) form.set('duration', duration);
    if (replyTo) form.set('reply_to_message_id', replyTo);
    form.set('file', file, name);
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', `${this.base}/api/files`);
      request.setRequestHeader('X-CSRF', this.csrf);
      request.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total);
      request.onload = () => {
        const body = parsed(request.responseText);
        if (request.status < 300) resolve(body);
        else reject(new Refused(request.status, body, Number(request.getResponseHeader('Retry-After')) || 0));
      };
      request.onerror = request.ontimeout = request.onabort = () => reject(new Unreachable());
      signal.addEventListener('abort', () => request.abort());
      request.send(form);
    });
  }

  #post(path, body, how = {}) {
    return this.#withFreshToken(() =>
      this.#ask(path, {
        ...how,
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-CSRF': this.csrf },
        body: JSON.stringify(body),
      }),
    );
  }

  /** A page that stayed open for days may hold an old CSRF token: fetch a new one, once. */
  async #withFreshToken(work) {
    const token = this.csrf;
    try {
      return await work();
    } catch (error) {
      if (error.status !== 403) throw error;
      await this.me();
      if (this.csrf === token) throw error;
      return work();
    }
  }

  async #ask(path, options = {}) {
    return ask(`${this.base}/api/${path}`, options, (date) => this.#tick(date));
  }

  #tick(date) {
    const ahead = date - Date.now();
    if (Math.abs(ahead - this.ahead) < CLOCK_TOLERANCE) return;
    this.ahead = ahead;
    this.onClock(ahead);
  }
}

/** One request with patience: the answer as an object. Throws Refused or Unreachable. */
export async function ask(path, options = {}, tick = () => {}) {
  const patience = new AbortController(); // AbortSignal.timeout is younger than the phones here
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  let response, text;
  try {
    response = await fetch(path, { ...options, signal: patience.signal });
    text = await response.text();
  } catch {
    throw new Unreachable();
  } finally {
    clearTimeout(timer);
  }
  const date = Date.parse(response.headers.get('Date'));
  if (date) tick(date);
  const body = parsed(text);
  if (!response.ok) throw new Refused(response.status, body, Number(response.headers.get('Retry-After')) || 0);
  return body;
}
