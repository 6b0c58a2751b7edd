// Sound inside messages: one player for the whole page, so that one recording stops when another begins.

const STEP = 250; // how often the shown second moves, at most

export class Player {
  /**
   * @param {() => void} changed
   * @param {() => void} failed this browser cannot play it
   */
  constructor(changed, failed) {
    this.changed = changed;
    this.failed = failed;
    this.url = '';
    this.playing = false;
    this.at = 0; // seconds
  }

  /** Play this, or pause it when it plays. */
  toggle(url) {
    if (url !== this.url) this.#load(url);
    if (!this.sound.paused) this.sound.pause();
    else this.sound.play().catch((error) => error.name !== 'AbortError' && this.#broke());
  }

  isPlaying(url) {
    return this.playing && url === this.url;
  }

  /** Seconds heard of this one. */
  heard(url) {
    return url === this.url ? this.at : 0;
  }

  stop() {
    this.sound?.pause();
  }

  #load(url) {
    this.sound ??= this.#make();
    this.stop();
    this.url = url;
    this.at = 0;
    this.sound.src = url;
  }

  #make() {
    const sound = new Audio();
    const state = () => {
      this.playing = !sound.paused && !sound.ended;
      this.changed();
    };
    sound.addEventListener('play', state);
    sound.addEventListener('pause', state);
    sound.addEventListener('ended', () => {
      this.at = 0;
      state();
    });
    sound.addEventListener('timeupdate', () => {
      if (Math.abs(sound.currentTime - this.at) * 1000 < STEP) return;
      this.at = sound.currentTime;
      this.changed();
    });
    // A film begins: the voice stops. `play` does not bubble, so it is caught on its way down.
    document.addEventListener('play', (e) => e.target !== sound && this.stop(), true);
    return sound;
  }

  #broke() {
    this.url = '';
    this.playing = false;
    this.failed();
    this.changed();
  }
}
