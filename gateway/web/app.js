// Assembles the page: who talks to whom, in order.

import { Api } from './api.js';
import { Chat } from './chat.js';
import { Composer } from './composer.js';
import { Scroller } from './scroll.js';
import { Storage } from './storage.js';
import { page } from './page.js';
import { render } from './vendor/lit.js';
import { syncDialog } from './notices.js';

const root = document.getElementById('page');
const [, base, scope] = location.pathname.match(/^(\/c\/([^/]+\/[^/]+))/);
const phone = new Storage('phone'); // what holds for every chat on this phone

let scroller = null;
let waiting = false;

// 1. The state, and a drawing at the end of the current turn, however many things changed in it.
//    Not requestAnimationFrame: a page in the background must keep its title and its log up to date.
const changed = () => {
  if (waiting) return;
  waiting = true;
  queueMicrotask(draw);
};
const storage = new Storage(scope);
const chat = new Chat(new Api(base), storage, changed);
const composer = new Composer(chat, storage);
composer.onSend = () => scroller?.stick();
chat.onAnswer = () => scroller?.stick();

const view = {
  pane: new URLSearchParams(location.search).get('pane') === '1',
  bigType: phone.get('big-type') === '1',
  scrolledUp: false,
  toggleBigType: () => setBigType(!view.bigType),
  toBottom: () => scroller.stick(),
};

function setBigType(on) {
  view.bigType = on;
  phone.set('big-type', on ? '1' : null);
  document.documentElement.classList.toggle('big', on);
  changed();
}

// 2. The drawing.
function draw() {
  waiting = false;
  if (!view.scrolledUp && !document.hidden) chat.unseen = 0;
  scroller?.hold();
  render(page(chat, composer, view), root);
  scroller?.settle();
  syncDialog(root.querySelector('.menu'), chat.menuOpen);
  syncDialog(root.querySelector('.lightbox'), chat.photo !== null);
  syncDialog(root.querySelector('.alert'), chat.notices.box !== null);
  const name = chat.me?.bot.first_name ?? '';
  if (name) document.title = chat.unseen ? `(${chat.unseen}) ${name}` : name;
}

// 3. First picture, then what needs its elements, then the network.
setBigType(view.bigType);
draw();
scroller = new Scroller(root.querySelector('.log'), {
  top: () => chat.older === 'idle' && chat.loadOlder(), // a failed load waits for a tap or the network
  stuck: (stuck) => {
    view.scrolledUp = !stuck;
    changed();
  },
});
composer.connect(root);
document.addEventListener('visibilitychange', changed);
chat.open();
