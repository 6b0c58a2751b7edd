// Where one is and which number one has: sent only after a question in words, once, by a tap.

import { words } from './words.js';

const WITHIN = 25_000;
const FRESH = 60_000; // a position this old still is where one stands

/** Asks, then sends the place; `sent` is told when it is on its way. */
export function offerPlace(chat, sent) {
  chat.sheets.ask(words.askPlaceTitle, words.askPlace(chat.me.bot.first_name), words.givePlace, () => locate(chat, sent));
}

function locate(chat, sent) {
  if (!navigator.geolocation || !window.isSecureContext) return chat.notices.alert(words.placeUnable);
  chat.notices.toast(words.placeBusy);
  const found = ({ coords: { latitude, longitude, accuracy } }) => {
    const known = Number.isFinite(accuracy) ? { horizontal_accuracy: Math.min(1500, Math.round(accuracy)) } : {};
    chat.outbox.addLocation({ latitude, longitude, ...known });
    sent();
  };
  const failed = (error) => chat.notices.alert(error.code === error.PERMISSION_DENIED ? words.placeDenied : words.placeUnable);
  navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: WITHIN, maximumAge: FRESH });
}

/** Asks, then sends the person's own name and number, which the gateway knows. */
export function offerContact(chat, sent) {
  chat.sheets.ask(words.askContactTitle, words.askContact(chat.me.bot.first_name), words.giveContact, () => {
    chat.outbox.addContact();
    sent();
  });
}
