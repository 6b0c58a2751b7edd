// Copying. Inside a county office the page may run over plain http, where browsers offer no clipboard API: there
// the old way is used, and where that fails too the words are shown, to be copied by hand.

import { words } from './words.js';

function theOldWay(text) {
  const box = document.createElement('textarea');
  box.value = text;
  box.readOnly = true;
  box.className = 'off-screen';
  const back = document.activeElement;
  // Inside an open dialog everything outside it is inert and cannot be selected.
  (document.querySelector('dialog[open]') ?? document.body).append(box);
  box.select();
  let done = false;
  try {
    done = document.execCommand('copy');
  } catch {
    done = false;
  }
  box.remove();
  back?.focus?.({ preventScroll: true });
  return done;
}

export async function copied(chat, text) {
  try {
    await navigator.clipboard.writeText(text);
    chat.notices.toast(words.copied);
  } catch {
    if (theOldWay(text)) chat.notices.toast(words.copied);
    else chat.notices.alert(text);
  }
}
