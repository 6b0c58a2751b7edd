// Runs before anything is drawn, as a plain script for old browsers: the type in its size, and the text box usable
// while the rest of the page is still on its way. What is typed and sent now is taken over by app.js.
(function () {
  'use strict';
  var root = document.documentElement;
  var size = null;
  var locked = false;
  try {
    size = Number(localStorage.getItem('xm/phone/size'));
    locked = Boolean(localStorage.getItem('xm/phone/pin'));
  } catch (error) {
    // no storage: normal size
  }
  if (size > 100 && size <= 200) root.style.fontSize = size + '%';
  if (locked) root.classList.add('locked');

  // How much room there is in letters, not in pixels: `w15` means at most 15 rem wide. For the style sheets; container
  // queries would say it, but are younger than the phones here.
  function fit() {
    var rem = parseFloat(getComputedStyle(root).fontSize) || 16;
    [15, 18, 22].forEach(function (most) { root.classList.toggle('w' + most, innerWidth / rem <= most); });
    root.classList.toggle('h24', innerHeight / rem <= 24);
  }
  fit();
  addEventListener('resize', fit);
  new MutationObserver(fit).observe(root, { attributes: true, attributeFilter: ['style'] });

  // A page of an older version than the server now has (it was restarted between two requests): once more, anew.
  addEventListener('error', function (event) {
    if (!event.target || event.target.tagName !== 'SCRIPT') return;
    try {
      if (sessionStorage.getItem('xm/again')) return;
      sessionStorage.setItem('xm/again', '1');
    } catch (error) {
      return;
    }
    location.reload();
  }, true);

  window.early = { send: false, composing: false };
  document.addEventListener('compositionstart', function () { window.early.composing = true; });
  document.addEventListener('compositionend', function () { window.early.composing = false; });
  document.addEventListener('click', function (event) {
    var button = event.target.closest && event.target.closest('[data-early="send"]');
    var box = document.getElementById('input');
    if (!button || !box || !box.value.trim()) return;
    window.early.send = true;
    document.getElementById('early-status').textContent = button.getAttribute('data-wait');
  });
})();
