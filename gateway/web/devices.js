// What belongs to the whole device and not to one chat: `/devices/api/…`. The token comes from a chat's `me`; while
// the session is locked there is none, and unlocking needs none.

import { ask } from './api.js';

let csrf = '';

/** Called with every `me`. */
export const knowToken = (token) => {
  csrf = token;
};

const post = (path, body = {}) =>
  ask(`/devices/api/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-CSRF': csrf },
    body: JSON.stringify(body),
  });

export const devices = {
  list: () => ask('/devices/api/list'),
  revoke: (id, pin) => post('revoke', { id, ...(pin ? { pin } : {}) }),
  setPin: (pin, old) => post('pin', { pin, ...(old ? { old } : {}) }),
  lock: () => post('lock'),
  unlock: (pin) => post('unlock', { pin }),
  link: (pin) => post('link', pin ? { pin } : {}),
};
