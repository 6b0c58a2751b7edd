// Keeps the conversation where the reader is: at the newest message while they are there, and on the
// very same line while older messages, edits or photos change the height elsewhere.

const NEAR_BOTTOM = 60;
const NEAR_TOP = 400;
const NEAR_END = 400;

export class Scroller {
  /**
   * @param {HTMLElement} box
   * @param {object} on
   * @param {() => void} on.top the reader comes near the oldest message here
   * @param {() => void} on.end … or near the newest here, while the conversation goes on behind it
   * @param {() => boolean} on.detached whether it does go on behind it
   * @param {(stuck: boolean) => void} on.stuck
   */
  constructor(box, on) {
    this.box = box;
    this.on = on;
    this.stuck = true;
    this.top = 0;
    box.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    // The box shrinks when a phone's keyboard opens, its content grows when a picture comes in.
    const watcher = new ResizeObserver(() => this.stuck && this.toBottom());
    watcher.observe(box);
    watcher.observe(box.firstElementChild);
  }

  /** Before drawing: remember the first message in sight and where it stands. */
  hold() {
    this.anchor = null;
    if (this.stuck) return;
    const top = this.box.getBoundingClientRect().top;
    for (const element of this.box.querySelectorAll('article')) {
      const rect = element.getBoundingClientRect();
      if (rect.bottom > top) {
        this.anchor = { element, top: rect.top };
        return;
      }
    }
  }

  /** After drawing: put that message back to its place. */
  settle() {
    if (this.stuck) this.toBottom();
    else if (this.anchor?.element.isConnected) {
      this.box.scrollTop += this.anchor.element.getBoundingClientRect().top - this.anchor.top;
      this.top = this.box.scrollTop;
    }
    if (this.box.scrollTop < NEAR_TOP) this.on.top();
  }

  /** Put this message into the middle and let a keyboard or a screen reader go on from it. */
  show(element) {
    this.stuck = false;
    this.on.stuck(false);
    element.scrollIntoView({ block: 'center' });
    this.top = this.box.scrollTop;
    element.focus({ preventScroll: true });
  }

  toBottom() {
    this.box.scrollTop = this.box.scrollHeight;
    this.top = this.box.scrollTop;
  }

  stick() {
    this.stuck = true;
    this.toBottom();
    this.on.stuck(true);
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    // Only a hand moves up; a picture that comes in between two frames makes the page longer, not the reader leave.
    const upward = scrollTop < this.top - 1;
    this.top = scrollTop;
    const below = scrollHeight - scrollTop - clientHeight;
    const stuck = !this.on.detached() && (below < NEAR_BOTTOM || (this.stuck && !upward));
    if (stuck !== this.stuck) {
      this.stuck = stuck;
      this.on.stuck(stuck);
    }
    if (scrollTop < NEAR_TOP) this.on.top();
    if (below < NEAR_END && this.on.detached()) this.on.end();
  }
}
