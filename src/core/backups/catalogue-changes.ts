import type { Backup, BackupFailure, Catalogue, ExportRequest, PackageKey } from './catalogue.ts';
import { goodBackup, isSamePackage, sameText } from './catalogue.ts';
import type { ReplicationFailure } from '../facts/failure.ts';
import type { Iteration } from '../facts/model.ts';

/** Something that keeps a package from being backed up. */
export interface Problem {
  readonly iteration: Pick<Iteration, 'id' | 'name'> | null;
  readonly platform: string | null;
  readonly flavor: string | null;
  readonly failure: ReplicationFailure;
}

/** The code of an export that ended as `Failed`. */
export const EXPORT_FAILED = 'MODEL_EXPORT_FAILED';

/**
 * The catalogue with a backup added. One of the same package and content is the same backup: only its origin is noted
 * anew. A backup of this package that was lost before is replaced by it.
 */
export function withBackup(catalogue: Catalogue, backup: Backup): { catalogue: Catalogue; isNew: boolean } {
  const requests = catalogue.requests.map((request) =>
    isSamePackage(request, backup) ? { ...request, open: false } : request,
  );
  const known = catalogue.backups.find(
    (other) => other.state === 'ok' && other.sha256 === backup.sha256 && isSamePackage(other, backup),
  );
  if (known !== undefined) {
    const { sourceEtag } = backup;
    const backups = catalogue.backups.map((other) => (other === known ? { ...known, sourceEtag } : other));
    return { catalogue: { ...catalogue, backups, requests }, isNew: false };
  }
  const kept = catalogue.backups.filter((other) => other.state === 'ok' || !isSamePackage(other, backup));
  return { catalogue: { ...catalogue, backups: [...kept, backup], requests }, isNew: true };
}

/** The catalogue with a request in place of an earlier one for the same package. */
export function withRequest(catalogue: Catalogue, request: ExportRequest): Catalogue {
  const others = catalogue.requests.filter((other) => !isSamePackage(other, request));
  return { ...catalogue, requests: [...others, request] };
}

export interface Outlook {
  readonly now: Date;
  /** How often in a row this was tried, this time included. */
  readonly attempts: number;
  /** Null where nobody comes back for it before a sweep does. */
  readonly nextAttemptAt: string | null;
  /** Whether what was given up before is chased again: a sweep only looks, since it looks each day. */
  readonly chasesGivenUp: boolean;
}

function sameMatter(failure: BackupFailure, { iteration, platform, flavor }: Problem): boolean {
  return (
    failure.iterationId === (iteration?.id ?? null) &&
    sameText(failure.platform, platform) &&
    sameText(failure.flavor, flavor)
  );
}

function failureOf(problem: Problem, earlier: BackupFailure | undefined, outlook: Outlook): BackupFailure {
  const { class: failureClass, code, message, hint } = problem.failure;
  const again = earlier?.code === code ? earlier : null;
  const isParked = failureClass === 'auth' || failureClass === 'refused';
  const staysGivenUp = again !== null && again.nextAttemptAt === null && !outlook.chasesGivenUp;
  return {
    iterationId: problem.iteration?.id ?? null,
    iterationName: problem.iteration?.name ?? null,
    platform: problem.platform,
    flavor: problem.flavor,
    ...{ class: failureClass, code, message, hint },
    attempts: Math.max(again?.attempts ?? 0, outlook.attempts),
    since: again?.since ?? outlook.now.toISOString(),
    lastAt: outlook.now.toISOString(),
    nextAttemptAt: isParked || staysGivenUp ? null : outlook.nextAttemptAt,
  };
}

/**
 * What failed stands until it is well: a failed export whose package was not named until a package of that iteration is
 * backed up, and one that was asked for and refused, which is not asked for again in every look, until it is.
 */
function isStillOpen(failure: BackupFailure, { backups, requests }: Catalogue): boolean {
  const { iterationId, platform, flavor, code, since } = failure;
  const isOfPackage = (other: PackageKey): boolean =>
    other.iterationId === iterationId &&
    (platform === null || sameText(other.platform, platform)) &&
    (flavor === null || sameText(other.flavor, flavor));
  const isAsked =
    platform === null ? code === EXPORT_FAILED : requests.some((asked) => asked.open && isOfPackage(asked));
  return isAsked && !backups.some((backup) => isOfPackage(backup) && backup.recordedAt > since);
}

/**
 * The catalogue after a look at one iteration (null: at the project): its failures are those that were found now.
 * `givenUp` are the failures that are from now on left to a person or to a later sweep.
 */
export function withFailures(
  catalogue: Catalogue,
  iterationId: string | null,
  problems: readonly Problem[],
  outlook: Outlook,
): { catalogue: Catalogue; givenUp: readonly BackupFailure[] } {
  const isOfProject = iterationId === null && problems.length > 0;
  const others = catalogue.failures
    .filter((failure) => failure.iterationId !== iterationId)
    // Nothing of the project could be looked at: what was due by now is looked at when the project is.
    .map((failure) =>
      isOfProject && isDueBy(failure, outlook.now) ? { ...failure, nextAttemptAt: outlook.nextAttemptAt } : failure,
    );
  const earlier = catalogue.failures.filter((failure) => failure.iterationId === iterationId);
  const before = (problem: Problem) => earlier.find((failure) => sameMatter(failure, problem));
  const found = problems.map((problem) => failureOf(problem, before(problem), outlook));
  const open = earlier.filter((failure) => {
    const isFoundAgain = problems.some((problem) => sameMatter(failure, problem));
    return !isFoundAgain && isStillOpen(failure, catalogue);
  });
  const givenUp = problems.flatMap((problem, index) => {
    const failure = found[index];
    if (failure === undefined || failure.nextAttemptAt !== null) return [];
    const was = before(problem);
    return was?.code === failure.code && was.nextAttemptAt === null ? [] : [failure];
  });
  return { catalogue: { ...catalogue, failures: [...others, ...open, ...found] }, givenUp };
}

function isDueBy({ nextAttemptAt }: BackupFailure, now: Date): boolean {
  return nextAttemptAt !== null && nextAttemptAt <= now.toISOString();
}

/** The catalogue of a project that is not backed up any more: nobody goes on with what could not be made of it. */
export function withoutFailures(catalogue: Catalogue): Catalogue {
  return { ...catalogue, failures: [], nextLookAt: null };
}

/** The catalogue after a look at every trained iteration: what is known of iterations that are gone goes, save backups. */
export function withLook(
  catalogue: Catalogue,
  project: { readonly name: string },
  trained: readonly Iteration[],
  now: Date,
): Catalogue {
  const isThere = (id: string | null): boolean =>
    id === null || trained.some((iteration) => sameText(iteration.id, id));
  const noted = new Map(catalogue.notExportable.map((note) => [note.iterationId, note.since]));
  return {
    ...catalogue,
    name: project.name,
    checkedAt: now.toISOString(),
    iterations: trained.map(({ name }) => name),
    failures: catalogue.failures.filter(({ iterationId }) => isThere(iterationId)),
    requests: catalogue.requests.filter(({ iterationId }) => isThere(iterationId)),
    notExportable: trained
      .filter(({ exportable }) => !exportable)
      .map(({ id, name }) => ({ iterationId: id, iterationName: name, since: noted.get(id) ?? now.toISOString() })),
  };
}

/** What a look at one backup found. */
export type Finding =
  | { readonly state: 'ok'; readonly etag: string; readonly hashedAt: string | null }
  | { readonly state: 'missing' | 'mismatch'; readonly hashedAt?: string };

/** The catalogue after a look at one backup; `lost`: it was good until now. */
export function withFinding(
  catalogue: Catalogue,
  backup: Backup,
  finding: Finding,
  now: Date,
): { catalogue: Catalogue; lost: boolean } {
  const at = now.toISOString();
  const isIt = (other: Backup): boolean => other.blob === backup.blob && isSamePackage(other, backup);
  if (finding.state === 'missing' && isSuperseded(catalogue, backup)) {
    // A rule of the storage account removes old ones: the newer one is the backup.
    return { catalogue: { ...catalogue, backups: catalogue.backups.filter((other) => !isIt(other)) }, lost: false };
  }
  const change = (other: Backup): Backup => {
    const stateSince = other.state === finding.state ? other.stateSince : at;
    if (finding.state !== 'ok') {
      return { ...other, state: finding.state, stateSince, hashedAt: finding.hashedAt ?? other.hashedAt };
    }
    const { state, etag, hashedAt } = finding;
    return { ...other, state, stateSince, etag, verifiedAt: at, hashedAt: hashedAt ?? other.hashedAt };
  };
  const backups = catalogue.backups.map((other) => (isIt(other) ? change(other) : other));
  return { catalogue: { ...catalogue, backups }, lost: backup.state === 'ok' && finding.state !== 'ok' };
}

function isSuperseded(catalogue: Catalogue, backup: Backup): boolean {
  const newest = goodBackup(catalogue, backup satisfies PackageKey);
  return newest !== null && newest.blob !== backup.blob && newest.recordedAt > backup.recordedAt;
}
