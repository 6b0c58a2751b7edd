// What an attached file becomes before it goes up: a photo (made smaller when heavy) or a document.

import { words } from './words.js';

const PICTURES = new Set(['image/jpeg', 'image/png', 'image/webp']);
const HEAVY = 2 * 1024 * 1024;
const LONGEST_SIDE = 2560;
const QUALITY = 0.85;
export const LIMITS = { photo: 10, document: 20 }; // megabytes, as the server's

async function smaller(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff'; // JPEG has no transparency
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
}

/** @returns {Promise<{file: Blob, name: string, kind: string} | {refusal: string}>} */
export async function prepared(file) {
  if (!file.size) return { refusal: words.emptyFile(file.name) };
  let ready = { file, name: file.name || words.file, kind: 'document' };
  if (PICTURES.has(file.type)) {
    ready.kind = 'photo';
    if (file.size > HEAVY) {
      const jpeg = await smaller(file).catch(() => null);
      if (jpeg && jpeg.size < file.size) ready = { file: jpeg, name: ready.name.replace(/(\.\w+)?$/, '.jpg'), kind: 'photo' };
      else if (!jpeg) ready.kind = 'document'; // a picture this browser cannot read still arrives, as a file
    }
  }
  const limit = LIMITS[ready.kind];
  return ready.file.size > limit * 1024 * 1024 ? { refusal: words.tooBig(ready.name, limit) } : ready;
}
