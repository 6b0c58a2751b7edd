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
export const play = icon('M8 5v14l11-7z');
export const pause = icon('M9 5v14M15 5v14');
export const stop = icon('M7 7h10v10H7z');
export const trash = icon('M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13');
export const pin = icon('M12 21s7-6.2 7-11.5a7 7 0 0 0-14 0C5 14.8 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5');
export const person = icon('M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20.5a7.5 7.5 0 0 1 15 0');
export const people = icon('M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20a6.5 6.5 0 0 1 13 0M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14.5a6.5 6.5 0 0 1 3.5 5.5');
export const phone = icon('M5 4h4l1.5 5L8 10.5a12 12 0 0 0 5.5 5.5L15 13.5l5 1.5v4a2 2 0 0 1-2 2A15 15 0 0 1 3 6a2 2 0 0 1 2-2');
export const mic = icon('M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3M5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21');
export const camera = icon('M4 8h3.5L9 5.5h6L16.5 8H20a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1M12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7');
export const pictures = icon('M4 5h16v14H4zM4 16l4.5-4.5 4 4L15 13l5 4.5M15.5 9.5h.01');
export const plus = icon('M12 5v14M5 12h14');
export const lens = icon('M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13M15.5 15.5 20.5 20.5');
export const answer = icon('M9.5 6 4 11.5l5.5 5.5M4 11.5h9a7 7 0 0 1 7 7');
export const pencil = icon('M4 20l1-4.5L16 4.5l3.5 3.5-11 11zM14 6.5l3.5 3.5');
export const copies = icon('M9 9h11v11H9zM15 9V4H4v11h5');
export const dots = icon('M5 12h.01M12 12h.01M19 12h.01');
export const thumbtack = icon('M9 4h6l-.5 6 3 3.5h-11l3-3.5zM12 13.5V20');

export const seedling = html`<svg class="seedling" viewBox="0 0 48 48" aria-hidden="true">
  <path class="leaf" d="M23 25c0-8-5-13-15-13 0 9 5 14 15 14z"></path>
  <path class="leaf light" d="M25 21c0-8 5-13 15-13 0 10-5 14-15 14z"></path>
  <path class="stem" d="M24 40V22"></path>
</svg>`;
