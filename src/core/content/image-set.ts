import { createHash } from 'node:crypto';
import type { Image } from '../facts/model.ts';
import type { Content } from './revision.ts';

/** Regions are compared at this precision: finer than a pixel, coarser than what a float32 on the way may lose. */
const REGION_DECIMALS = 4;

const ID_IN_BYTES = 16;
const FINGERPRINT_IN_BYTES = 32;
const FIRST_CAPACITY = 256;

/** What a set leaves to go on from: 48 bytes an image, as base64. */
export interface StoredImages {
  readonly ids: string;
  readonly fingerprints: string;
  readonly regions: number;
}

/** SHA-256 of an image's size and labels, whatever order they come in; without ids, so that a copy's is the same. */
function fingerprint(image: Image): Buffer {
  const round = (value: number): number => Number(value.toFixed(REGION_DECIMALS));
  const regions = image.regions.map((region) =>
    JSON.stringify([region.tagName, round(region.left), round(region.top), round(region.width), round(region.height)]),
  );
  const tags = image.tags.map((tag) => tag.tagName).sort();
  return createHash('sha256')
    .update(JSON.stringify([image.width, image.height, tags, regions.sort()]))
    .digest();
}

/**
 * The images of a project that were read so far, each once, whatever order and however often the pages bring them. It
 * holds an id and a hash of each: 5 MB for the 100,000 that a project may have, and about as much again to find an id.
 */
export class ImageSet {
  #ids = Buffer.alloc(ID_IN_BYTES * FIRST_CAPACITY);
  #fingerprints = Buffer.alloc(FINGERPRINT_IN_BYTES * FIRST_CAPACITY);
  #regions = 0;
  readonly #known = new Set<string>();

  /** The set that was stored. Ids and fingerprints that do not belong together are taken for none at all. */
  static from({ ids, fingerprints, regions }: StoredImages): ImageSet {
    const set = new ImageSet();
    const [idBytes, fingerprintBytes] = [Buffer.from(ids, 'base64'), Buffer.from(fingerprints, 'base64')];
    const size = idBytes.length / ID_IN_BYTES;
    if (!Number.isInteger(size) || fingerprintBytes.length !== size * FINGERPRINT_IN_BYTES) return set;
    set.#ids = idBytes;
    set.#fingerprints = fingerprintBytes;
    set.#regions = regions;
    for (let at = 0; at < size; at += 1)
      set.#known.add(idBytes.toString('latin1', at * ID_IN_BYTES, (at + 1) * ID_IN_BYTES));
    return set;
  }

  get size(): number {
    return this.#known.size;
  }

  /** Answers with how many of the page were new. An image that is known already stays as it was first read. */
  add(page: readonly Image[]): number {
    const before = this.size;
    for (const image of page) this.#addOne(image);
    return this.size - before;
  }

  #addOne(image: Image): void {
    const id = Buffer.from(image.id.replaceAll('-', ''), 'hex');
    const key = id.toString('latin1');
    if (this.#known.has(key)) return;
    const at = this.size;
    this.#ids = withRoomFor(this.#ids, (at + 1) * ID_IN_BYTES);
    this.#fingerprints = withRoomFor(this.#fingerprints, (at + 1) * FINGERPRINT_IN_BYTES);
    id.copy(this.#ids, at * ID_IN_BYTES);
    fingerprint(image).copy(this.#fingerprints, at * FINGERPRINT_IN_BYTES);
    this.#known.add(key);
    this.#regions += image.regions.length;
  }

  /** The digests of what was read. Lines are sorted, so that the order of reading tells nothing. */
  content(): Content {
    const numbers = Array.from({ length: this.size }, (_, at) => at);
    const fingerprintOf = (at: number) =>
      this.#fingerprints.subarray(at * FINGERPRINT_IN_BYTES, (at + 1) * FINGERPRINT_IN_BYTES);
    const idOf = (at: number) => this.#ids.subarray(at * ID_IN_BYTES, (at + 1) * ID_IN_BYTES);
    const byFingerprint = numbers.toSorted((left, right) => fingerprintOf(left).compare(fingerprintOf(right)));
    const digest = digestOf(byFingerprint, (at) => fingerprintOf(at).toString('hex'));
    const byId = numbers.sort((left, right) => idOf(left).compare(idOf(right)));
    const labels = digestOf(byId, (at) => `${asGuid(idOf(at))} ${fingerprintOf(at).toString('hex')}`);
    return { digest, labels, images: this.size, regions: this.#regions };
  }

  toStored(): StoredImages {
    return {
      ids: this.#ids.toString('base64', 0, this.size * ID_IN_BYTES),
      fingerprints: this.#fingerprints.toString('base64', 0, this.size * FINGERPRINT_IN_BYTES),
      regions: this.#regions,
    };
  }
}

function withRoomFor(bytes: Buffer<ArrayBuffer>, needed: number): Buffer<ArrayBuffer> {
  if (needed <= bytes.length) return bytes;
  const larger = Buffer.alloc(Math.max(needed, bytes.length * 2));
  bytes.copy(larger);
  return larger;
}

function asGuid(id: Buffer): string {
  return id.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** SHA-256 of lines, hashed one by one: together they would be many megabytes of text. */
function digestOf(numbers: readonly number[], lineOf: (at: number) => string): string {
  const hash = createHash('sha256');
  for (const [index, at] of numbers.entries()) hash.update(index === 0 ? lineOf(at) : `\n${lineOf(at)}`);
  return hash.digest('hex');
}
