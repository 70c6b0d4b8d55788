import type { PackagePlace } from '../backups/ports.ts';
import { guidOf } from './document-text.ts';

/** Names of blobs in the container of the backups. */

/** How many characters of a hash are enough to tell two packages of one iteration and platform apart. */
const HASH_CHARACTERS = 16;

export function catalogueName(projectId: string): string {
  return `catalogue/${guidOf(projectId)}.json`;
}

/** A text of the service in a form that is safe in a blob's name. */
function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9]+/g, '_').slice(0, 40) || '_';
}

function folderOf({ projectId, iterationId, platform, flavor }: PackagePlace): string {
  const made = flavor === null ? plain(platform) : `${plain(platform)}-${plain(flavor)}`;
  return `${guidOf(projectId)}/${guidOf(iterationId)}/${made}`;
}

/** Where a package lies until its hash is known; the next one for the same place takes its place. */
export function incomingName(place: PackagePlace): string {
  return `incoming/${folderOf(place)}.${plain(place.extension)}`;
}

/**
 * The durable name, made of what the package is and of its content, so that keeping it twice is keeping it once.
 * `nth` is more than 1 only where the blob of the name before was damaged: nothing is overwritten.
 */
export function durableName(place: PackagePlace, sha256: string, nth: number): string {
  const tail = nth === 1 ? '' : `-${nth}`;
  return `models/${folderOf(place)}/${sha256.slice(0, HASH_CHARACTERS)}${tail}.${plain(place.extension)}`;
}

/** The extension of a blob that the service wrote for an iteration; null for any other name. */
export function extensionOf(name: string, projectId: string, iterationId: string): string | null {
  const prefix = exportedPrefix(projectId, iterationId);
  return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : null;
}

export function exportedPrefix(projectId: string, iterationId: string): string {
  return `${guidOf(projectId)} - ${guidOf(iterationId)}.`;
}
