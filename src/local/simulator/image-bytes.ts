import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import type { ImageContent } from './state.ts';

export interface Picture {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** An image's bytes in the given size. What was uploaded is given back as it came. */
export function renderImage(content: ImageContent, width: number, height: number): Picture {
  if (content.kind === 'uploaded') {
    return { bytes: Buffer.from(content.base64, 'base64'), mediaType: content.mediaType };
  }
  return { bytes: drawPng(content.seed, width, height), mediaType: 'image/png' };
}

/** A valid PNG of two colours, the same one for the same seed and size. */
export function drawPng(seed: string, width: number, height: number): Buffer {
  const hash = createHash('sha256').update(seed).digest();
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // One bit a pixel, looked up in a palette of two colours.
  header.set([1, 3, 0, 0, 0], 8);
  const rowLength = 1 + Math.ceil(width / 8);
  const rows = Buffer.alloc(rowLength * height);
  for (let row = 0; row < height; row += 1) {
    const pattern = hash[6 + (Math.floor(row / 8) % 24)] ?? 0;
    rows.fill(pattern, row * rowLength + 1, (row + 1) * rowLength);
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', hash.subarray(0, 6)),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'ascii'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}

export interface ImageInfo {
  readonly mediaType: string;
  readonly width: number;
  readonly height: number;
}

/** What kind of image these bytes are; null for anything but PNG, BMP, GIF and JPEG. */
export function inspectImage(bytes: Buffer): ImageInfo | null {
  if (bytes.length < 26) return null;
  if (bytes.readUInt32BE(0) === 0x89504e47) {
    return { mediaType: 'image/png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (bytes.toString('latin1', 0, 2) === 'BM') {
    return { mediaType: 'image/bmp', width: bytes.readInt32LE(18), height: Math.abs(bytes.readInt32LE(22)) };
  }
  if (bytes.toString('latin1', 0, 4) === 'GIF8') {
    return { mediaType: 'image/gif', width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  }
  return bytes.readUInt16BE(0) === 0xffd8 ? inspectJpeg(bytes) : null;
}

/** Walks a JPEG's segments to its frame header. */
function inspectJpeg(bytes: Buffer): ImageInfo | null {
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      return { mediaType: 'image/jpeg', height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return null;
}
