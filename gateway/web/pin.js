// The PIN on this phone. From it a key is derived (PBKDF2) that seals what rests here (AES-GCM); neither the PIN nor
// the key is ever stored, only a salt and a sealed word to try a PIN on. Four digits are few: the key keeps a found
// phone's files from a curious finder, not from a laboratory; five wrong ones wipe everything.

const ROUNDS = 200_000;
const WRONG_AT_MOST = 5;
const CHECK = new TextEncoder().encode('xiaomiao');

const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, '0')).join('');
const bytes = (text) => new Uint8Array((text.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));

export const isPin = (text) => /^\d{4,8}$/.test(text);

/** Browsers give WebCrypto to secure addresses only. */
export const canSeal = () => Boolean(globalThis.crypto?.subtle);

async function derive(pin, salt, rounds) {
  const secret = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds };
  // Not extractable: a script can use it, and hand it to another page of ours, but never read it.
  return crypto.subtle.deriveKey(how, secret, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

export class Pin {
  /** @param {import('./storage.js').Phone} phone */
  constructor(phone) {
    this.phone = phone;
  }

  get isSet() {
    return this.phone.get('pin') !== null;
  }

  /** Set it on this phone. @returns {Promise<CryptoKey | null>} null where the browser cannot seal */
  async set(pin) {
    this.phone.set('pin-wrong', null);
    if (!canSeal()) {
      this.phone.set('pin', '{}');
      return null;
    }
    const salt = crypto.getRandomValues(new Uint8Array(16));
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const key = await derive(pin, salt, ROUNDS);
    const check = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, CHECK);
    this.phone.set('pin', JSON.stringify({ salt: hex(salt), iv: hex(iv), check: hex(check), rounds: ROUNDS }));
    return key;
  }

  unset() {
    this.phone.set('pin', null);
    this.phone.set('pin-wrong', null);
  }

  /** The key if this phone can tell that the PIN is right; null if it is wrong; undefined if only the server knows. */
  async keyFor(pin) {
    const { salt, iv, check, rounds } = JSON.parse(this.phone.get('pin') ?? '{}');
    if (!salt || !canSeal()) return undefined;
    const key = await derive(pin, bytes(salt), rounds);
    try {
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes(iv) }, key, bytes(check));
    } catch {
      return null;
    }
    return key;
  }

  /** @returns {number} how many tries are left */
  countWrong() {
    const wrong = Number(this.phone.get('pin-wrong')) + 1;
    this.phone.set('pin-wrong', String(wrong));
    return Math.max(0, WRONG_AT_MOST - wrong);
  }

  right() {
    this.phone.set('pin-wrong', null);
  }
}
