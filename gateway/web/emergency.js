// The numbers that work when nothing else does. Plain tel: links: the phone dials, no network of ours is needed.

import { html } from './vendor/lit.js';
import { words } from './words.js';

export const emergency = () => html`<section class="emergency" aria-label=${words.emergency}>
  <h2>${words.emergency}</h2>
  <ul>${words.emergencyNumbers.map(([number, what]) => html`<li>
    <a href=${`tel:${number}`}><b>${number}</b> <span>${what}</span></a></li>`)}</ul>
</section>`;
