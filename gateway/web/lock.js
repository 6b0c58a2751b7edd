// The screen that asks for the PIN: on opening, after a while of quiet, and when the server says that the session is
// locked. Behind it nothing of the conversation is on the page.

import { html, render } from './vendor/lit.js';
import { Refused } from './api.js';
import { Pin, isPin } from './pin.js';
import { devices } from './devices.js';
import { emergency } from './emergency.js';
import { seedling } from './icons.js';
import { words } from './words.js';

/**
 * Shows the screen until the right PIN is typed.
 * @param {HTMLElement} root
 * @param {import('./storage.js').Phone} phone
 * @param {object} on
 * @param {() => Promise<void>} on.ended five wrong ones, or the server has ended this session: nothing stays
 * @param {() => Promise<void>} on.stale what is sealed here belongs to an earlier sign-in and cannot be opened any more
 * @returns {Promise<{key: CryptoKey | null, fresh: boolean}>} the key for what rests here (null where nothing may
 *   rest); `fresh`: it was made just now, and what is here already has to be sealed with it
 */
export async function unlocked(root, phone, on) {
  const pin = new Pin(phone);
  const state = { busy: false, words: '' };
  const asked = await settled(pin, on);
  if (asked) return asked;
  return new Promise((resolve) => {
    const box = () => root.querySelector('#pin');
    const draw = () => render(view(state, tried), root);

    async function tried(e) {
      e.preventDefault();
      const typed = box().value.trim();
      if (state.busy) return;
      if (!isPin(typed)) {
        refuse(words.pinShape);
        return;
      }
      state.busy = true;
      state.words = words.pinChecking;
      draw();
      const { key, fresh, said } = await check(typed, pin, on);
      if (said) {
        refuse(said);
      } else {
        resolve({ key, fresh });
      }
    }

    function refuse(said) {
      Object.assign(state, { busy: false, words: said });
      draw();
      box().value = '';
      box().focus();
    }

    draw();
    box().focus();
  });
}

/** Before asking: lock the server's side too (the page may come from the phone itself, without the server knowing). A
 * device that turns out to have no PIN was signed in anew: then what an earlier PIN sealed here is lost and goes. */
async function settled(pin, on) {
  try {
    await devices.lock();
    await devices.list();
  } catch {
    return null; // locked, or nobody there: ask
  }
  await on.stale();
  pin.unset();
  return { key: null, fresh: false };
}

/** The server's word counts (it counts the tries, too); without a network the phone decides. */
async function check(typed, pin, on) {
  const key = pin.isSet ? await pin.keyFor(typed) : undefined;
  const said = await devices.unlock(typed).then(() => 'right', (error) => error);
  const refused = said instanceof Refused && !said.passing;
  if (refused && said.status === 401) {
    await on.ended();
    return { said: said.message };
  }
  if (said === 'right') {
    pin.right();
    if (key) return { key, fresh: false };
    if (key === null) await on.stale();
    return { key: await pin.set(typed), fresh: true };
  }
  if (refused || key === null) {
    const left = pin.countWrong();
    if (!left) await on.ended();
    return { said: left ? words.pinWrong(left) : words.pinWiped };
  }
  if (!key) return { said: words.pinNoNetwork };
  pin.right();
  return { key, fresh: false };
}

const view = (state, tried) => html`<main class="lock">
  <form class="lock-card" @submit=${tried}>
    ${seedling}
    <h1>${words.locked}</h1>
    <label for="pin">${words.pinAsk}</label>
    <input id="pin" class="pin" type="password" inputmode="numeric" pattern="[0-9]*" maxlength="8" autocomplete="off"
      aria-describedby="pin-said" ?readonly=${state.busy}>
    <p id="pin-said" class="pin-said" role="alert">${state.words}</p>
    <button class="button strong" ?aria-disabled=${state.busy}>${words.pinOpen}</button>
    <p class="faint">${words.pinForgot}</p>
  </form>
  ${emergency()}
</main>`;
