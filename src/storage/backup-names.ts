import { createHash } from 'node:crypto';
import type { PackagePlace } from '../backups/ports.ts';
import { guidOf } from './document-text.ts';

/** Names of blobs in the container of the backups. */

/** How many characters of a hash are enough to tell two versions of one package apart. */
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

/** Where all packages of one iteration, platform and flavor lie. */
export function packageFolder(place: PackagePlace): string {
  return `models/${folderOf(place)}/`;
}

/**
 * A package's one name, made of what the package is and of the version of what it is made from, so that it is known
 * before the first byte is read. `nth` is more than 1 only where the names before are taken: nothing is overwritten.
 */
export function packageName(place: PackagePlace, version: string | null, nth: number): string {
  const hash = createHash('sha256')
    .update(version ?? '')
    .digest('hex');
  const tail = nth === 1 ? '' : `-${nth}`;
  return `${packageFolder(place)}${hash.slice(0, HASH_CHARACTERS)}${tail}.${plain(place.extension)}`;
}

/** The extension of a blob that the service wrote for an iteration; null for any other name. */
export function extensionOf(name: string, projectId: string, iterationId: string): string | null {
  const prefix = exportedPrefix(projectId, iterationId);
  return name.startsWith(prefix) && name.length > prefix.length ? name.slice(prefix.length) : null;
}

export function exportedPrefix(projectId: string, iterationId: string): string {
  return `${guidOf(projectId)} - ${guidOf(iterationId)}.`;
}
