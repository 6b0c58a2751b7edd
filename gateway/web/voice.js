// Recording one's voice: start, stop, hear it, send it or not. Nothing leaves the phone before 发出.

import { html, nothing } from './vendor/lit.js';
import { clockOf } from './dates.js';
import { plane, stop, trash } from './icons.js';
import { playback } from './media.js';
import { words } from './words.js';

const KINDS = [
  ['audio/ogg;codecs=opus', 'ogg'],
  ['audio/webm;codecs=opus', 'webm'],
  ['audio/mp4', 'm4a'],
  ['audio/webm', 'webm'],
];
const BITS = 24_000; // clear speech, three kilobytes a second: it must get through a village's network
const LONGEST = 300; // seconds, when the server names no limit
const SHORTEST = 0.6; // a slip of the finger
const WARN = 15;

export class Recorder {
  constructor(chat, storage) {
    this.chat = chat;
    this.storage = storage;
    this.state = 'idle'; // asking, recording, review
    this.seconds = 0;
    this.left = () => document.hidden && this.stop(); // a call came in
    document.addEventListener('visibilitychange', this.left);
  }

  /** The chat is leaving the screen: the microphone must not stay open behind it. */
  close() {
    document.removeEventListener('visibilitychange', this.left);
    this.drop();
  }

  get limit() {
    return this.chat.me?.limits?.voice_seconds ?? LONGEST;
  }

  /** In words first, the first time on this phone: the browser's own question comes as a surprise otherwise. */
  begin() {
    const { chat } = this;
    if (this.state !== 'idle') return;
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return chat.notices.alert(words.micUnable);
    if (this.storage.get('mic')) return this.#record();
    chat.sheets.ask(words.recordVoice, words.micWhy, words.record, () => this.#record());
  }

  stop() {
    if (this.state === 'recording') this.recorder.stop();
  }

  drop() {
    this.state = this.state === 'idle' ? 'idle' : 'dropped';
    if (this.recorder?.state === 'recording') this.recorder.stop();
    this.#end();
  }

  /** What was recorded; the recorder is free again. */
  take() {
    const { blob, ending, seconds } = this;
    this.#end();
    return { file: blob, name: `voice.${ending}`, kind: 'voice', duration: Math.max(1, Math.round(seconds)) };
  }

  async #record() {
    const { chat } = this;
    this.state = 'asking';
    this.seconds = 0;
    chat.player.stop();
    chat.changed();
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
      if (this.state !== 'asking') return stream.getTracks().forEach((track) => track.stop());
      this.storage.set('mic', '1');
      this.#from(stream);
    } catch (error) {
      this.#end();
      const why = { NotAllowedError: words.micDenied, SecurityError: words.micDenied, NotFoundError: words.micMissing };
      chat.notices.alert(why[error.name] ?? words.micUnable);
    }
  }

  #from(stream) {
    const [type, ending] = KINDS.find(([kind]) => MediaRecorder.isTypeSupported(kind)) ?? ['', 'webm'];
    const recorder = new MediaRecorder(stream, { ...(type ? { mimeType: type } : {}), audioBitsPerSecond: BITS });
    const parts = [];
    const began = performance.now();
    recorder.ondataavailable = (e) => e.data.size && parts.push(e.data);
    recorder.onstop = () => {
      stream.getTracks().forEach((track) => track.stop());
      clearInterval(this.timer);
      if (this.state !== 'recording') return; // dropped
      if (this.seconds < SHORTEST || !parts.length) return this.#end();
      this.blob = new Blob(parts, { type: (recorder.mimeType || type || 'audio/webm').split(';')[0] });
      this.ending = ending;
      this.url = URL.createObjectURL(this.blob);
      this.state = 'review';
      this.chat.changed();
    };
    this.recorder = recorder;
    recorder.start(1_000);
    this.state = 'recording';
    this.timer = setInterval(() => {
      this.seconds = (performance.now() - began) / 1000;
      if (this.seconds >= this.limit) {
        this.seconds = this.limit;
        this.stop();
        this.chat.notices.toast(words.recordingLong);
      }
      this.chat.changed();
    }, 200);
    this.chat.changed();
  }

  #end() {
    clearInterval(this.timer);
    if (this.url) {
      this.chat.player.stop();
      URL.revokeObjectURL(this.url);
    }
    this.state = 'idle';
    this.url = '';
    this.blob = null;
    this.recorder = null;
    this.chat.changed();
  }
}

/** Stands in the place of the text box from the first tap until the recording is sent or dropped. */
export function recorderBar(recorder, send) {
  const { chat, state, seconds, limit } = recorder;
  if (state === 'idle' || state === 'dropped') return nothing;
  const drop = html`<button class="button quiet" @click=${() => recorder.drop()}>${trash}${words.dropRecording}</button>`;
  if (state === 'review') {
    return html`<div class="recorder" role="group" aria-label=${words.recordVoice}>
      ${playback(chat, recorder.url, seconds)}
      <div class="recorder-keys">${drop}
        <button class="button strong" aria-label=${words.sendRecording} @click=${send}>${plane}${words.send}</button></div>
    </div>`;
  }
  const left = limit - seconds;
  return html`<div class="recorder" role="group" aria-label=${words.recordVoice}>
    <p class="recorder-time" role="timer">${state === 'asking'
      ? words.micBusy
      : html`<span class="dot"></span>${words.recording} <strong>${clockOf(seconds)}</strong>${left < WARN
        ? html`<span class="faint"> ${words.recordingLeft(clockOf(left + 1))}</span>`
        : nothing}`}</p>
    <div class="recorder-keys">${drop}
      <button class="button strong" ?disabled=${state === 'asking'} @click=${() => recorder.stop()}>${stop}${words.stopRecording}</button></div>
  </div>`;
}
