// Nobody has touched the page for a while: it locks, if a PIN is set.

const EVENTS = ['pointerdown', 'keydown', 'scroll', 'input'];
const LOOK = 5_000;

export class Idle {
  /**
   * @param {() => number | undefined} after seconds of quiet; 0 or nothing: never
   * @param {() => void} lock
   */
  constructor(after, lock) {
    this.after = after;
    this.lock = lock;
    this.last = Date.now();
    this.touched = () => {
      this.last = Date.now();
    };
    this.look = () => {
      const seconds = this.after();
      if (seconds && Date.now() - this.last > seconds * 1000) this.lock();
    };
    for (const name of EVENTS) addEventListener(name, this.touched, { passive: true, capture: true });
    document.addEventListener('visibilitychange', this.look); // timers sleep with the phone
    this.timer = setInterval(this.look, LOOK);
  }

  stop() {
    clearInterval(this.timer);
    document.removeEventListener('visibilitychange', this.look);
    for (const name of EVENTS) removeEventListener(name, this.touched, { capture: true });
  }
}
