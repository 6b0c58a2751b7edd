// What an attached file becomes before it goes up: a photo (made smaller when heavy), a film, a sound or a document.

import { words } from './words.js';

const PICTURES = new Set(['image/jpeg', 'image/png', 'image/webp']);
const FILMS = new Set(['video/mp4', 'video/webm']); // others arrive as files: a phone's old 3gp plays in no browser
const SOUNDS = new Set(['audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/aac', 'audio/ogg', 'audio/webm', 'audio/wav']);
const MEGABYTE = 1024 * 1024;
const HEAVY = 2 * MEGABYTE;
const LONGEST_SIDE = 2560;
const QUALITY = 0.85;
const LIMITS = { photo_bytes: 10 * MEGABYTE, file_bytes: 20 * MEGABYTE }; // when the server names none

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

function kindOf(type) {
  if (PICTURES.has(type)) return 'photo';
  if (FILMS.has(type)) return 'video';
  return SOUNDS.has(type) ? 'audio' : 'document';
}

/**
 * @param {File} file
 * @param {{photo_bytes: number, file_bytes: number}} [limits] the server's
 * @returns {Promise<{file: Blob, name: string, kind: string} | {refusal: string}>}
 */
export async function prepared(file, limits = LIMITS) {
  if (!file.size) return { refusal: words.emptyFile(file.name) };
  let ready = { file, name: file.name || words.file, kind: kindOf(file.type) };
  if (ready.kind === 'photo' && file.size > HEAVY) {
    const jpeg = await smaller(file).catch(() => null);
    if (jpeg && jpeg.size < file.size) ready = { file: jpeg, name: ready.name.replace(/(\.\w+)?$/, '.jpg'), kind: 'photo' };
    else if (!jpeg) ready.kind = 'document'; // a picture this browser cannot read still arrives, as a file
  }
  const limit = ready.kind === 'photo' ? limits.photo_bytes : limits.file_bytes;
  return ready.file.size > limit ? { refusal: words.tooBig(ready.name, Math.floor(limit / MEGABYTE)) } : ready;
}
