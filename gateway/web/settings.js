// The settings of this phone and this sign-in, behind 菜单. Loaded when it is opened for the first time.

import { html, nothing } from './vendor/lit.js';
import { Refused } from './api.js';
import { Pin, canSeal, isPin } from './pin.js';
import { SIZES, setSize, sizeOf } from './sizes.js';
import { cross } from './icons.js';
import { dayName, dayOf } from './dates.js';
import { devices } from './devices.js';
import { emergency } from './emergency.js';
import { pushOff, pushOn, pushState } from './push.js';
import { words as shared } from './words.js';
import { words } from './words_settings.js';

export class Settings {
  /**
   * @param {object} on
   * @param {import('./storage.js').Phone} on.phone
   * @param {import('./vault.js').Vault} on.vault
   * @param {import('./chat.js').Chat} on.chat
   * @param {() => void} on.changed
   * @param {() => void} on.lock
   * @param {() => void} on.pinChanged tells the other tabs
   * @param {() => Promise<void>} on.leave signed out: forget everything and go
   */
  constructor(on) {
    Object.assign(this, on);
    this.pin = new Pin(on.phone);
    this.shown = false;
    this.list = null; // devices; an error's words as a string
    this.asking = null; // 'set' | 'change' | 'unset' | 'leave' | a device's id to be revoked
    this.said = '';
    this.link = null;
    this.push = 'none';
  }

  open() {
    this.shown = true;
    this.said = '';
    this.asking = null;
    this.link = null;
    this.changed();
    this.#look();
  }

  close() {
    this.shown = false;
    this.link = null;
    this.changed();
  }

  async #look() {
    this.push = await pushState().catch(() => 'none');
    await this.#loadDevices();
    this.changed();
  }

  async #loadDevices() {
    try {
      this.list = (await devices.list()).devices;
    } catch (error) {
      this.list = error instanceof Refused ? error.message : words.noNetwork;
    }
  }

  /** One thing at a time; what went wrong is said where the person looks. */
  async #do(work, done = '') {
    this.said = '';
    try {
      await work();
      this.asking = null;
      this.said = done;
    } catch (error) {
      this.said = error instanceof Refused ? error.message : words.noNetwork;
    }
    this.changed();
  }

  #ask(what) {
    this.asking = this.asking === what ? null : what;
    this.said = '';
    this.changed();
  }

  // -- text size

  #sizes() {
    const now = sizeOf(this.phone);
    const choose = (size) => {
      setSize(this.phone, size);
      this.changed();
    };
    return html`<fieldset class="sizes"><legend>${words.size}</legend>
      ${SIZES.map((size, i) => html`<label class="size"><input type="radio" name="size" value=${size} .checked=${size === now}
        @change=${() => choose(size)}><span>${words.sizeNames[i]}</span></label>`)}
    </fieldset>
    <p class="faint">${words.sizeHelp}</p>`;
  }

  // -- PIN

  async #pinTyped(e) {
    e.preventDefault();
    const form = new FormData(e.target);
    const [old, fresh, again] = ['old', 'fresh', 'again'].map((name) => String(form.get(name) ?? '').trim());
    const removing = this.asking === 'unset';
    if (!removing && !isPin(fresh)) return this.#say(shared.pinShape);
    if (!removing && fresh !== again) return this.#say(words.pinDiffer);
    await this.#do(async () => {
      await devices.setPin(removing ? null : fresh, old);
      if (removing) {
        this.vault.shut = false;
        await this.vault.rekey(null);
        this.pin.unset();
      } else {
        const key = await this.pin.set(fresh);
        if (key) await this.vault.rekey(key);
        else await this.vault.seclude();
      }
      this.pinChanged();
    }, removing ? words.pinRemoved : words.pinKept);
  }

  #say(said) {
    this.said = said;
    this.changed();
  }

  #pinField(name, label) {
    return html`<label>${label}<input class="pin" name=${name} type="password" inputmode="numeric"
      maxlength="8" autocomplete="off" required></label>`;
  }

  #pinForm() {
    const field = (name, label) => this.#pinField(name, label);
    return html`<form class="ask" @submit=${(e) => this.#pinTyped(e)}>
      ${this.asking === 'set' ? nothing : field('old', words.pinOld)}
      ${this.asking === 'unset' ? nothing : html`${field('fresh', words.pinNew)}${field('again', words.pinAgain)}`}
      <button class="button strong">${this.asking === 'unset' ? words.pinRemove : words.keep}</button>
    </form>`;
  }

  #pinPart() {
    const set = this.pin.isSet;
    return html`<h3>${words.pin}</h3>
      <p class="faint">${set ? words.pinIsSet : words.pinHelp}${canSeal() ? '' : ` ${words.pinPlain}`}</p>
      <div class="buttons">
        ${set
          ? html`<button class="button" @click=${() => this.lock()}>${words.lockNow}</button>
            ${this.#opener('change', words.pinChange)}${this.#opener('unset', words.pinRemove)}`
          : this.#opener('set', words.pinSet)}
      </div>
      ${['set', 'change', 'unset'].includes(this.asking) ? this.#pinForm() : nothing}`;
  }

  #opener(what, label) {
    return html`<button class="button" aria-expanded=${this.asking === what ? 'true' : 'false'}
      @click=${() => this.#ask(what)}>${label}</button>`;
  }

  // -- push

  async #togglePush() {
    if (this.push === 'on') {
      await this.#do(() => pushOff(this.chat.api), words.pushIsOff);
      this.phone.set('push-of', null);
    } else {
      const came = await pushOn(this.chat.api, this.chat.me?.push?.key ?? '');
      if (came === 'on') this.phone.set('push-of', String(this.chat.me.user.id));
      this.said = { on: words.pushIsOn, denied: words.pushDenied, failed: words.pushFailed }[came];
    }
    this.push = await pushState().catch(() => 'none');
    this.changed();
  }

  #pushPart() {
    if (this.push === 'none' || !this.chat.me?.push?.key) return nothing;
    return html`<h3>${words.push}</h3>
      <p class="faint">${this.push === 'denied' ? words.pushDenied : words.pushHelp}</p>
      ${this.push === 'denied'
        ? nothing
        : html`<button class="button" aria-pressed=${this.push === 'on' ? 'true' : 'false'}
            @click=${() => this.#togglePush()}>${this.push === 'on' ? words.pushStop : words.pushStart}</button>`}`;
  }

  // -- devices

  #device(device) {
    const day = (seconds) => dayName(dayOf(seconds), this.chat.api.now() / 1000);
    const revoke = (pin) => this.#do(async () => {
      await devices.revoke(device.id, pin);
      await this.#loadDevices();
    }, words.deviceGone);
    return html`<li class="device">
      <p><b>${device.name}</b>${device.this ? html` <span class="mark">${words.thisOne}</span>` : nothing}
        <br><span class="faint">${words.deviceSeen(day(device.made_at), day(device.seen_at))}</span></p>
      ${device.this ? nothing : html`<button class="button" aria-expanded=${this.asking === device.id ? 'true' : 'false'}
        aria-label=${words.revokeNamed(device.name)} @click=${() => this.#ask(device.id)}>${words.revoke}</button>`}
      ${this.asking === device.id
        ? html`<div class="ask"><p>${words.revokeAsk}</p>${this.#withPin(revoke, words.revokeYes, 'bad')}</div>`
        : nothing}
    </li>`;
  }

  async #newLink(pin) {
    await this.#do(async () => {
      this.link = await devices.link(pin);
    });
  }

  /** What a stranger with the open phone must not do: a button, and where there is a PIN its field before it. */
  #withPin(go, label, kind = 'strong') {
    if (!this.pin.isSet) return html`<button class="button ${kind}" @click=${() => go()}>${label}</button>`;
    const typed = (e) => {
      e.preventDefault();
      const pin = String(new FormData(e.target).get('old') ?? '').trim();
      return isPin(pin) ? go(pin) : this.#say(shared.pinShape);
    };
    return html`<form @submit=${typed}>${this.#pinField('old', words.pinOld)}<button class="button ${kind}">${label}</button></form>`;
  }

  #devicesPart() {
    const { list } = this;
    return html`<h3>${words.devices}</h3>
      ${list === null
        ? html`<p class="faint">${shared.loading}</p>`
        : typeof list === 'string'
          ? html`<p>${list}</p>`
          : html`<ul class="devices">${list.map((device) => this.#device(device))}</ul>`}
      ${this.pin.isSet
        ? html`${this.#opener('link', words.addDevice)}
          ${this.asking === 'link' ? html`<div class="ask">${this.#withPin((pin) => this.#newLink(pin), words.addGo)}</div>` : nothing}`
        : html`<button class="button" @click=${() => this.#newLink()}>${words.addDevice}</button>`}
      ${this.link
        ? html`<div class="ask link-card"><p>${words.addHelp}</p>
            <img class="qr" src=${`data:image/svg+xml,${encodeURIComponent(this.link.qr_svg)}`} alt=${words.qr}>
            <p class="address">${this.link.url}</p></div>`
        : nothing}`;
  }

  // -- leaving

  async #leave() {
    await this.#do(async () => {
      const here = Array.isArray(this.list) ? this.list.find((device) => device.this) : null;
      const id = here?.id ?? this.chat.me?.device?.id;
      await pushOff(this.chat.api).catch(() => {});
      await devices.revoke(id);
      await this.leave();
    });
  }

  #leavePart() {
    const waiting = this.chat.outbox.entries.length;
    return html`<h3>${words.leave}</h3>
      <div class="buttons">${this.#opener('leave', words.leave)}</div>
      ${this.asking === 'leave'
        ? html`<div class="ask"><p>${waiting ? words.leaveUnsent(waiting) : words.leaveAsk}</p>
            <button class="button bad" @click=${() => this.#leave()}>${words.leaveYes}</button></div>`
        : nothing}`;
  }

  view() {
    return html`<dialog class="settings" aria-labelledby="settings-title" @close=${() => this.shown && this.close()}>
      ${this.shown
        ? html`<div class="settings-head"><h2 id="settings-title">${words.title}</h2>
            <button class="tool" aria-label=${shared.close} @click=${() => this.close()}>${cross}</button></div>
          <div class="settings-body" tabindex="0" role="group" aria-labelledby="settings-title">
            <p class="said" role="status">${this.said}</p>
            ${this.#sizes()}${this.#pinPart()}${this.#pushPart()}${this.#devicesPart()}
            ${emergency()}${this.#leavePart()}
          </div>`
        : nothing}
    </dialog>`;
  }
}
