// What a person should know of who is signed in, said where it cannot be overlooked: another device has signed in as this
// person since this one last looked (once; whoever did not do it may sign it out in the settings), and that the sign-in
// here is about to end (once a day in the last two weeks, while somebody can still be asked for a new link). The people
// of a demo are played by many at once and nobody gives them links: of them nothing is said.

import { dayName, dayOf, timeOf } from './dates.js';
import { words } from './words.js';

const SOON = 14 * 24 * 3600;

export class Strange {
  constructor(phone) {
    this.phone = phone;
    this.me = null;
  }

  /** To be called when `me` may be new. What is there the first time is how it was. */
  look(chat) {
    if (this.me === chat.me) return;
    this.me = chat.me;
    const { user, persona, other_devices: others = [] } = chat.me;
    if (persona) return;
    const key = `devices/${user.id}`;
    const known = this.phone.get(key)?.split(' ');
    this.phone.set(key, others.map(({ id }) => id).join(' ') || '-');
    const strange = others.filter(({ id }) => known && !known.includes(id)).sort((a, b) => a.made_at - b.made_at);
    const now = chat.api.now() / 1000;
    if (strange.length) {
      const when = (seconds) => `${dayName(dayOf(seconds), now)} ${timeOf(seconds)}`;
      chat.notices.alert(words.strangeDevices(strange.map(({ name, made_at: made }) => [name, when(made)])));
      return;
    }
    const until = chat.me.signed_in_until;
    const today = String(dayOf(now));
    if (!until || until - now > SOON || this.phone.get('ends-told') === today) return;
    this.phone.set('ends-told', today);
    chat.notices.alert(words.signInEnds(dayName(dayOf(until), now)));
  }
}
