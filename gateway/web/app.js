// Assembles the page: who talks to whom, in order.

import { Storage, Phone } from './storage.js';
import { handOver, takeOver, forgetLastChat, Install } from './install.js';
import { sizeOf, toggleSize, SIZES } from './sizes.js';
import { Api } from './api.js';
import { Chat } from './chat.js';
import { Composer } from './composer.js';
import { Copy } from './offline.js';
import { Early } from './early.js';
import { Idle } from './idle.js';
import { Scroller } from './scroll.js';
import { Seen } from './seen.js';
import { Strange } from './strange.js';
import { Tabs } from './alone.js';
import { Vault } from './vault.js';
import { badge } from './badge.js';
import { knowToken } from './devices.js';
import { page } from './page.js';
import { render } from './vendor/lit.js';
import { syncDialog } from './notices.js';
import { words } from './words.js';

const LONG = 15_000; // without a network for so long: the emergency numbers come up

const [base, scope] = location.pathname.match(/^\/c\/([^/]+\/[^/]+(?:\/g\/\d+)?)/);
const phone = new Phone();
const strange = new Strange(phone);
const vault = new Vault();
const install = new Install(() => open?.changed());
const early = new Early();
let root = document.getElementById('page');
let open = null; // the chat on the screen, with all that belongs to it

// 1. One chat on the screen. It is thrown away whole when the screen locks, and made anew afterwards.
async function openChat() {
  const storage = await new Storage(vault, scope).open();
  const api = new Api(base);
  api.ahead = Number(phone.get('clock-ahead')) || 0;
  api.onClock = (ahead) => phone.set('clock-ahead', String(ahead));

  let scroller = null;
  let waiting = false;
  let closed = false;
  // A drawing at the end of the current turn, however many things changed in it. Not requestAnimationFrame: a page in
  // the background must keep its title and its log up to date.
  const changed = () => {
    if (waiting || closed) return;
    waiting = true;
    queueMicrotask(draw);
  };

  const chat = new Chat(api, storage, changed);
  const composer = new Composer(chat, storage);
  const copy = new Copy(vault, scope);
  const seen = new Seen((id) => (chat.phase === 'ready' ? api.seen(id) : Promise.reject(new Error('later'))), () => root.querySelector('.log'));
  const view = {
    pane: new URLSearchParams(location.search).get('pane') === '1',
    get bigType() {
      return sizeOf(phone) > SIZES[0];
    },
    toggleBigType: () => {
      toggleSize(phone);
      changed();
    },
    scrolledUp: false,
    toBottom: () => chat.toNewest().then(() => scroller.stick()),
    longOffline: false,
    install,
    settings: null,
  };

  composer.onSend = () => (chat.history.detached ? view.toBottom() : scroller?.stick());
  composer.onSettings = () => openSettings();
  chat.onAnswer = () => scroller?.stick();
  chat.onJump = (id) => {
    const message = document.getElementById(`m${id}`);
    if (message) scroller.show(message);
  };
  chat.onLocked = () => lock();
  chat.onGone = () => {
    copy.stop().then(() => vault.wipe(false));
    forgetLastChat();
  };

  async function openSettings() {
    try {
      const { Settings } = await import('./settings.js');
      view.settings ??= new Settings({
        phone, vault, chat, changed, leave, lock: () => lock(true), pinChanged: () => tabs.tell({ pin: true }),
      });
      view.settings.open();
    } catch {
      chat.notices.toast(words.settingsFailed);
      install.check(true); // an old tab whose files are gone
    }
  }

  let offlineTimer = null;
  function watchNetwork() {
    const away = !chat.online || chat.phase === 'broken';
    if (!away) {
      clearTimeout(offlineTimer);
      offlineTimer = null;
      view.longOffline = false;
      return;
    }
    if (chat.phase === 'kept') view.longOffline = true;
    offlineTimer ??= setTimeout(() => {
      view.longOffline = true;
      changed();
    }, LONG);
  }

  function draw() {
    waiting = false;
    if (closed) return;
    if (!view.scrolledUp && !document.hidden) chat.unseen = 0;
    watchNetwork();
    scroller?.hold();
    render(page(chat, composer, view), root);
    scroller?.settle();
    syncDialog(root.querySelector('.menu'), chat.menuOpen);
    syncDialog(root.querySelector('.settings'), view.settings?.shown ?? false);
    for (const dialog of root.querySelectorAll('dialog[data-wanted]')) syncDialog(dialog, dialog.dataset.wanted === 'yes');
    syncDialog(root.querySelector('.alert'), chat.notices.box !== null);
    badge(chat);
    if (chat.me?.csrf) knowToken(chat.me.csrf);
    if (chat.phase === 'ready') {
      if (!chat.history.detached) copy.note(chat.me, chat.messages);
      seen.look();
      strange.look(chat);
      pushAgain(chat);
    }
  }

  // First picture, then what needs its elements, then what the phone remembers, then the network.
  await early.ready();
  const taken = early.take(root);
  draw();
  scroller = new Scroller(root.querySelector('.log'), {
    top: () => chat.history.older === 'idle' && chat.loadOlder(), // a failed load waits for a tap or the network
    end: () => chat.history.newer === 'idle' && chat.history.loadNewer(),
    detached: () => chat.history.detached,
    stuck: (stuck) => {
      view.scrolledUp = !stuck;
      changed();
    },
  });
  composer.connect(root);
  early.give(taken, composer);
  root.querySelector('.log').addEventListener('scroll', () => seen.look(), { passive: true });
  const shown = () => {
    if (document.hidden) copy.keep();
    else install.check();
    changed();
  };
  document.addEventListener('visibilitychange', shown);
  const leaving = () => {
    seen.now();
    copy.keep();
  };
  addEventListener('pagehide', leaving);
  const idle = new Idle(() => (phone.get('pin') === null ? 0 : chat.me?.device?.lock_after), () => lock(true));

  open = {
    changed,
    close() {
      copy.keep();
      closed = true;
      idle.stop();
      seen.stop();
      copy.stop();
      clearTimeout(offlineTimer);
      document.removeEventListener('visibilitychange', shown);
      removeEventListener('pagehide', leaving);
      chat.close();
    },
  };
  await chat.recall(await copy.load());
  await chat.open();
}

// Once: whoever has switched reminders on here has them on also where the server has lost sight of this browser.
let pushed = false;
async function pushAgain(chat) {
  const key = chat.me.push?.key;
  if (pushed || !key) return;
  pushed = true;
  if (phone.get('push-of') !== String(chat.me.user.id)) return;
  try {
    await (await import('./push.js')).pushAgain(chat.api, key);
  } catch {
    // an old tab whose files are gone
  }
}

// 2. Locking: everything of the chat leaves the page and the key leaves the memory.
let locking = false;
async function lock(tellServer = false) {
  if (locking) return;
  locking = true;
  open?.close();
  open = null;
  vault.key = null;
  const fresh = root.cloneNode(false); // the old one may still be held by what was closed
  root.replaceWith(fresh);
  root = fresh;
  if (tellServer) import('./devices.js').then(({ devices }) => devices.lock().catch(() => {}));
  await ask();
  locking = false;
  await start();
}

async function ask() {
  document.title = words.locked;
  const { unlocked } = await import('./lock.js');
  const screen = document.createElement('div');
  root.append(screen);
  const { key, fresh } = await unlocked(screen, phone, { ended: forgetAll, stale: () => vault.wipe(true) });
  if (fresh && key) await vault.rekey(key);
  else if (fresh) await vault.seclude();
  else vault.key = key;
  screen.remove();
  document.documentElement.classList.remove('locked');
}

// 3. Signed out, or five wrong PINs: nothing of anybody stays on this phone.
async function forgetAll() {
  await vault.seclude();
  phone.set('pin', null);
  phone.set('pin-wrong', null);
  forgetLastChat();
  tabs.tell({ left: true });
}

async function leave() {
  open?.close();
  await forgetAll();
  location.replace('/');
}

const tabs = new Tabs((told) => {
  if (told.left) location.replace('/');
  if (told.pin) location.reload(); // set, changed or taken away in another tab: this one's key is not right any more
});

async function start() {
  if (phone.get('pin') !== null && !vault.key) vault.shut = phone.get('pin') === '{}';
  await openChat();
}

// 4. Begin.
await vault.open();
if (phone.get('pin') !== null) {
  vault.key = await takeOver();
  if (!vault.key) {
    root.textContent = '';
    await ask();
  }
  document.documentElement.classList.remove('locked');
}
// Chats are addresses: a tap on another one of ours takes the key along.
document.addEventListener('click', (e) => {
  const link = e.target.closest?.('a[href^="/c/"]');
  if (link) handOver(vault.key);
});
await start();
setTimeout(() => install.start(), 0);
