import type { WantedPackage } from '../core/backups/plan.ts';
import { isDone } from '../core/backups/plan.ts';
import type { Backup } from '../core/backups/catalogue.ts';
import { sameText } from '../core/backups/catalogue.ts';
import { isFailure, ReplicationFailure } from '../core/facts/failure.ts';
import type { Iteration, Project } from '../core/facts/model.ts';
import type { ModelExport } from '../core/facts/model-export.ts';
import { unlessGone } from '../replicator/observe.ts';
import type { KeptPackage, PackagePlace } from './ports.ts';
import type { BackupDependencies } from './context.ts';

/** A package that was kept, and what it was made from. */
interface Kept extends Pick<Backup, 'from' | 'sourceEtag'> {
  readonly kept: KeptPackage;
}

const SERVICE_ROLE =
  'Custom Vision writes there only where its system-assigned identity has the role Storage Blob Data Contributor on ' +
  'the storage account and the project names the container.';

/** Brings a package under its durable name; null where what is there is what was kept before. */
export async function keepPackage(
  project: Project,
  iteration: Iteration,
  { made, blob, knownEtag }: WantedPackage,
  deps: BackupDependencies,
  signal: AbortSignal,
): Promise<Backup | null> {
  const { platform, flavor } = made;
  const place = { projectId: project.id, iterationId: iteration.id, platform, flavor };
  let copyFailure: ReplicationFailure | null = null;
  if (blob !== null) {
    try {
      const kept = await deps.backups.keepExported(blob, { ...place, extension: blob.extension }, signal);
      return await describe(project, iteration, made, { kept, from: 'container', sourceEtag: blob.etag }, deps, signal);
    } catch (error) {
      // The blob was overwritten just now and may hold another flavor: the look begins again.
      signal.throwIfAborted();
      if (!isFailure(error) || isFailure(error, 'conflict')) throw error;
      copyFailure = error;
    }
  }
  const downloaded = await download(place, made, knownEtag, copyFailure, deps, signal);
  return downloaded === null ? null : describe(project, iteration, made, downloaded, deps, signal);
}

/** Fetches the package from the service. Its address expires, so it is asked for just before. */
async function download(
  place: Omit<PackagePlace, 'extension'>,
  made: ModelExport,
  knownEtag: string | null,
  copyFailure: ReplicationFailure | null,
  { source, backups, downloads }: BackupDependencies,
  signal: AbortSignal,
): Promise<Kept | null> {
  const exports = await source.getExports(place.projectId, place.iterationId, signal);
  const fresh = exports.find((other) => sameText(other.platform, made.platform) && sameText(other.flavor, made.flavor));
  const uri = fresh !== undefined && isDone(fresh) ? fresh.downloadUri : null;
  if (uri === null) {
    if (copyFailure !== null) throw copyFailure;
    throw new ReplicationFailure('The export is done, but neither its blob nor an address to fetch it from is there.', {
      class: 'not-found',
      code: 'MODEL_NOT_FOUND',
      hint: `Check the project's export container. ${SERVICE_ROLE} Then export the model once more.`,
    });
  }
  const opened = await downloads.open(uri, signal);
  try {
    if (opened.etag !== null && opened.etag === knownEtag) return null;
    const kept = await backups.keepStream(opened.body, opened.etag, { ...place, extension: made.platform }, signal);
    return { kept, from: 'download', sourceEtag: opened.etag };
  } finally {
    await opened.close();
  }
}

async function describe(
  project: Project,
  iteration: Iteration,
  made: ModelExport,
  { kept, from, sourceEtag }: Kept,
  { source, clock }: BackupDependencies,
  signal: AbortSignal,
): Promise<Backup> {
  const tags = await source.getIterationTags(project.id, iteration.id, signal);
  const { domainId } = iteration;
  const domain = domainId === null ? null : await unlessGone(source.getDomain(domainId, signal));
  const now = clock.now().toISOString();
  return {
    sourceProjectId: project.id,
    sourceProjectName: project.name,
    iterationId: iteration.id,
    iterationName: iteration.name,
    platform: made.platform,
    flavor: made.flavor,
    classificationType: project.settings.classificationType,
    domain: domainId === null ? null : { id: domainId, name: domain?.name ?? null },
    tags: tags.map(({ name, type, description }) => ({ name, type, description })),
    trainedAt: iteration.trainedAt,
    publishNames: iteration.publishName === null ? [] : [iteration.publishName],
    ...kept,
    ...{ from, sourceEtag },
    ...{ recordedAt: now, verifiedAt: now, hashedAt: now, state: 'ok', stateSince: now },
  };
}
