// What was typed into the plain text box of index.html before the page was ready (see first.js) moves into the real one.

export class Early {
  constructor() {
    this.told = globalThis.early ?? {};
  }

  /** An input method in the middle of a word must not lose its box. */
  ready() {
    if (!this.told.composing) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => setTimeout(resolve, 0); // the word is in the box after this turn
      document.addEventListener('compositionend', done, { once: true });
      document.addEventListener('focusout', done, { once: true });
    });
  }

  /** Empties `root`. */
  take(root) {
    const box = root.querySelector('#input');
    const taken = box && {
      text: box.value,
      caret: [box.selectionStart, box.selectionEnd],
      focused: document.activeElement === box,
      send: Boolean(this.told.send),
    };
    this.told.send = false;
    root.textContent = '';
    return taken;
  }

  give(taken, composer) {
    if (!taken) return;
    const { box } = composer;
    if (taken.text) {
      const before = box.value ? `${box.value}\n` : '';
      composer.write(before + taken.text);
      taken.caret = taken.caret.map((at) => at + before.length);
    }
    if (taken.send) composer.send();
    else if (taken.focused) {
      box.focus({ preventScroll: true });
      box.setSelectionRange(...taken.caret);
    }
  }
}
