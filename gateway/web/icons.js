// The few line drawings of the page. Decoration only: the button around each carries its name.

import { html } from './vendor/lit.js';

const icon = (path) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor"
  stroke-width="2" stroke-linecap="round" stroke-linejoin="round"><path d=${path}></path></svg>`;

export const paperclip = icon('M20.5 11.5 12 20a5.6 5.6 0 0 1-8-8l8.7-8.6a3.7 3.7 0 0 1 5.3 5.2l-8.6 8.6a1.9 1.9 0 0 1-2.7-2.6l7.9-7.9');
export const plane = icon('M12 19.5V5M5.5 11.5 12 5l6.5 6.5');
export const keys = icon('M4 5h6v6H4zM14 5h6v6h-6zM4 14h6v5H4zM14 14h6v5h-6z');
export const down = icon('m6 9.5 6 6 6-6');
export const cross = icon('M6 6l12 12M18 6 6 18');
export const sheet = icon('M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5M9 13h6M9 17h4');
export const arrowDown = icon('M12 4v11M7 11l5 5 5-5M5 20h14');
export const check = icon('m5 12.5 4.5 4.5L19 7.5');
export const clock = icon('M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18');
export const again = icon('M20 11a8 8 0 1 0-2.3 6.2M20 5v6h-6');
export const outward = icon('M9 6h9v9M18 6 7 17');

export const seedling = html`<svg class="seedling" viewBox="0 0 48 48" aria-hidden="true">
  <path class="leaf" d="M23 25c0-8-5-13-15-13 0 9 5 14 15 14z"></path>
  <path class="leaf light" d="M25 21c0-8 5-13 15-13 0 10-5 14-15 14z"></path>
  <path class="stem" d="M24 40V22"></path>
</svg>`;
