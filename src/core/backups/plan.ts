import type { BackupFailure, Catalogue, PackageKey } from './catalogue.ts';
import { goodBackup, isSamePackage, sameText } from './catalogue.ts';
import type { Iteration } from '../facts/model.ts';
import type { ModelExport } from '../facts/model-export.ts';
import { secondsSince } from '../facts/time.ts';

/** A package to ask the service for; a null flavor is whichever the service makes by default. */
export interface ExportPlatform {
  readonly platform: string;
  readonly flavor: string | null;
}

/** A blob that the service wrote: `{projectId} - {iterationId}.{extension}`. */
export interface ExportedBlob {
  readonly name: string;
  readonly extension: string;
  readonly sizeInBytes: number;
  readonly etag: string;
}

/** A package that is to be backed up, and where it is. */
export interface WantedPackage {
  readonly made: ModelExport;
  /** The blob that is certainly this package; null where the service itself has to be asked for it. */
  readonly blob: ExportedBlob | null;
  /** The ETag of what is backed up already: the same again is not fetched. */
  readonly knownEtag: string | null;
}

const HOUR_IN_SECONDS = 3_600;
const DAY_IN_SECONDS = 86_400;

/** Each project's exports are looked at about once a day; spread by the project's id. */
const LOOK_AFTER_IN_SECONDS = { earliest: 20 * HOUR_IN_SECONDS, latest: 23 * HOUR_IN_SECONDS };
export const VERIFY_AFTER_IN_SECONDS = 20 * HOUR_IN_SECONDS;
/** A message that is later than this is taken for lost. */
const LATE_IN_SECONDS = 600;
/** How long to wait before asking again for an export that failed, or for a newer format of a package. */
const ASK_AGAIN_IN_SECONDS = DAY_IN_SECONDS;
const ASK_FOR_NEWER_IN_SECONDS = 7 * DAY_IN_SECONDS;

/** Seconds before each attempt after the first; then it is left to a later sweep. About two hours in all. */
const DELAYS_IN_SECONDS = [30, 60, 120, 300, 600, 1_200, 1_800, 3_600];

/** Seconds until what was not there is looked for again, after the nth attempt; null where that was the last one. */
export function nextBackupDelayInSeconds(attempts: number): number | null {
  return DELAYS_IN_SECONDS[attempts - 1] ?? null;
}

const isStatus = ({ status }: ModelExport, wanted: string): boolean => sameText(status, wanted);
export const isDone = (made: ModelExport): boolean => isStatus(made, 'Done');
export const isFailed = (made: ModelExport): boolean => isStatus(made, 'Failed');

/**
 * The blob that is this package. Its name has no flavor, so that one flavor's blob may have been overwritten by
 * another's, be it one that is only being made; an extension that is not the platform's own says nothing at all.
 */
function blobOf(
  made: ModelExport,
  exports: readonly ModelExport[],
  blobs: readonly ExportedBlob[],
): ExportedBlob | null {
  const candidates = exports.filter((other) => !isFailed(other));
  const ofPlatform = candidates.filter(({ platform }) => sameText(platform, made.platform));
  if (ofPlatform.length !== 1) return null;
  const filled = blobs.filter(({ sizeInBytes }) => sizeInBytes > 0);
  const named = filled.filter(({ extension }) => sameText(extension, made.platform));
  if (named.length === 1) return named[0] ?? null;
  return candidates.length === 1 && filled.length === 1 ? (filled[0] ?? null) : null;
}

/**
 * The packages of one iteration that are done and not backed up, or may have been made anew since.
 *
 * @param notified the service has just said that one of them is done, not which
 */
export function packagesToKeep(
  iterationId: string,
  exports: readonly ModelExport[],
  blobs: readonly ExportedBlob[],
  catalogue: Catalogue | null,
  notified: boolean,
): WantedPackage[] {
  return exports.filter(isDone).flatMap((made): WantedPackage[] => {
    const key = { iterationId, platform: made.platform, flavor: made.flavor };
    const blob = blobOf(made, exports, blobs);
    const good = goodBackup(catalogue, key);
    if (good === null) return [{ made, blob, knownEtag: null }];
    const knownEtag = good.sourceEtag;
    const isAskedFor = catalogue?.requests.some((request) => request.open && isSamePackage(request, key)) === true;
    if (isAskedFor) return [{ made, blob, knownEtag: null }];
    if (blob !== null) {
      const mayBeNew = blob.etag !== knownEtag && (good.from === 'container' || notified);
      return mayBeNew ? [{ made, blob, knownEtag }] : [];
    }
    return notified && good.from === 'download' ? [{ made, blob, knownEtag }] : [];
  });
}

/** What the service is to be asked for now: every wanted platform that the iteration can be exported to and lacks. */
export function exportsToAskFor(
  iteration: Iteration,
  exports: readonly ModelExport[],
  wanted: readonly ExportPlatform[],
  catalogue: Catalogue | null,
  now: Date,
): ExportPlatform[] {
  if (!iteration.exportable) return [];
  return wanted.flatMap(({ platform, flavor }) => {
    const isOffered =
      iteration.exportableTo.length === 0 || iteration.exportableTo.some((other) => sameText(other, platform));
    if (!isOffered) return [];
    const existing = exports.filter(
      (made) => sameText(made.platform, platform) && (flavor === null || sameText(made.flavor, flavor)),
    );
    const standing = existing.find((made) => !isFailed(made));
    const target = { platform, flavor: flavor ?? standing?.flavor ?? null };
    const asked = catalogue?.requests.find((request) =>
      isSamePackage(request, { iterationId: iteration.id, ...target } satisfies PackageKey),
    );
    const sinceAsked = asked === undefined ? Infinity : secondsSince(asked.at, now);
    if (standing === undefined) return sinceAsked >= ASK_AGAIN_IN_SECONDS ? [target] : [];
    return existing.every(isOutdated) && sinceAsked >= ASK_FOR_NEWER_IN_SECONDS ? [target] : [];
  });
}

function isOutdated(made: ModelExport): boolean {
  return isFailed(made) || (isDone(made) && made.newerVersionAvailable);
}

/** Whether a sweep is to have a project's exports looked at. */
export function backupsAreDue(
  projectId: string,
  catalogue: Catalogue | null,
  trainedIterations: readonly string[],
  now: Date,
): boolean {
  if (catalogue?.checkedAt == null) return catalogue?.nextLookAt == null || isLate(catalogue.nextLookAt, now);
  if (catalogue.nextLookAt !== null) return isLate(catalogue.nextLookAt, now);
  if (catalogue.failures.some(isForPerson)) return true;
  if (trainedIterations.some((name) => !catalogue.iterations.includes(name))) return true;
  const { earliest, latest } = LOOK_AFTER_IN_SECONDS;
  const share = Number.parseInt(projectId.slice(0, 4), 16) / 0xffff;
  return secondsSince(catalogue.checkedAt, now) >= earliest + share * (latest - earliest);
}

/**
 * Whether a look failed for want of the primary, and nobody tries again soon: nothing at all could be looked at, or it was
 * given up. Once the primary answers a sweep has it looked at anew, or it would stand for what is over.
 */
export function outageMayBeOver({ failures }: Catalogue): boolean {
  return failures.some(
    ({ class: failureClass, iterationId, nextAttemptAt }) =>
      (failureClass === 'transient' || failureClass === 'throttled') &&
      (iterationId === null || nextAttemptAt === null),
  );
}

/** Whether a person has to act; only a new look can tell that somebody did. */
function isForPerson(failure: BackupFailure): boolean {
  return failure.class === 'auth';
}

function isLate(dueAt: string, now: Date): boolean {
  return secondsSince(dueAt, now) >= LATE_IN_SECONDS;
}
