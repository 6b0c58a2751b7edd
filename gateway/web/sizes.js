// The size of the type on this phone. first.js sets it before the first drawing; here it is changed.

export const SIZES = [100, 125, 150, 175, 200];
const LARGE = 125;

export const sizeOf = (phone) => (SIZES.includes(Number(phone.get('size'))) ? Number(phone.get('size')) : SIZES[0]);

export function setSize(phone, percent) {
  phone.set('size', percent === SIZES[0] ? null : String(percent));
  document.documentElement.style.fontSize = percent === SIZES[0] ? '' : `${percent}%`;
  dispatchEvent(new Event('resize')); // the text box of older browsers is measured by script
}

/** One tap: large or normal; whoever chose a larger size gets that one back. */
export function toggleSize(phone) {
  const now = sizeOf(phone);
  if (now > SIZES[0]) phone.set('size-before', String(now));
  setSize(phone, now > SIZES[0] ? SIZES[0] : Number(phone.get('size-before')) || LARGE);
}
