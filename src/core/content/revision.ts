import { createHash } from 'node:crypto';
import { contentsOf } from './contents.ts';
import { holdsSameModels, trainedIterations } from './iterations.ts';
import type { ExportCounts, Iteration, Observation, ProjectSettings } from '../facts/model.ts';
import { isTrained } from '../facts/model.ts';
import type { Snapshot } from '../facts/record.ts';
import type { Contents } from '../facts/snapshot.ts';

/**
 * What "the same content" means. A revision is computed from what reads the same on a source and on its replica: no
 * ids, no times, no publish names, not the project's own name and description. A content digest goes further, to every
 * label of every image, and takes reading all pages of images.
 */

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function portableSettings(settings: ProjectSettings): unknown {
  return [
    settings.domainId,
    settings.classificationType,
    [...settings.targetExportPlatforms].sort(),
    settings.useNegativeSet,
    settings.detectionParameters,
    Object.entries(settings.augmentationMethods).sort(([left], [right]) => (left < right ? -1 : 1)),
  ];
}

function sortedByJson(values: readonly unknown[]): string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}

/** `r1-` and the SHA-256 of the portable content. If the way of computing it changes, the prefix must change too. */
export function revisionOf(observation: Observation): string {
  const tags = observation.tags.map((tag) => [tag.name, tag.type, tag.description, tag.imageCount]);
  const models = observation.iterations
    .filter(isTrained)
    .map((iteration) => [iteration.name, iteration.domainId, iteration.trainingType]);
  const content = [
    portableSettings(observation.project.settings),
    observation.imageCount,
    sortedByJson(tags),
    sortedByJson(models),
  ];
  return `r1-${sha256(JSON.stringify(content))}`;
}

/** All labels of a project as digests and counts. */
export interface Content {
  /** SHA-256, equal where the multisets of labelled images are equal: comparable between source and replica. */
  readonly digest: string;
  /** The same by image id: comparable on one side only, where it also tells pictures of one size apart. */
  readonly labels: string;
  readonly images: number;
  readonly regions: number;
  /** When the reading began, where it took more than one invocation; absent: with the look that it belongs to. */
  readonly readSince?: string | undefined;
}

/** What a project was seen to hold, in the terms in which ExportProject counts. */
export function countsOf(
  { imageCount, tags, iterations }: Observation,
  { regions }: Pick<Content, 'regions'>,
): Record<keyof ExportCounts, number> {
  return { images: imageCount, tags: tags.length, regions, iterations: iterations.filter(isTrained).length };
}

/** A copy as it was read, which later looks are held against. */
export function baselineOf(
  observation: Observation,
  { digest, labels, regions }: Content,
): { readonly revision: string; readonly digest: string; readonly labels: string; readonly contents: Contents } {
  return { revision: revisionOf(observation), digest, labels, contents: contentsOf(observation, regions) };
}

function publications(iterations: readonly Iteration[]): Snapshot['publications'] {
  return iterations
    .flatMap(({ id, name, publishName }) =>
      publishName === null ? [] : [{ iteration: name, publishName, iterationId: id }],
    )
    .sort((left, right) => (left.publishName < right.publishName ? -1 : 1));
}

/** What a look at the source leaves behind to be compared with later looks. */
export function snapshotOf(observation: Observation, content: Content | null): Snapshot {
  const trained = trainedIterations(observation.iterations);
  return {
    observedAt: observation.observedAt,
    lastModified: observation.project.lastModified,
    revision: revisionOf(observation),
    digest: content?.digest ?? null,
    labels: content?.labels ?? null,
    name: observation.project.name,
    description: observation.project.description,
    publications: publications(observation.iterations),
    iterations: trained.map(({ name }) => name),
    models: trained.map(({ id, name, trainedAt, domainId }) => ({ id, name, trainedAt, domainId })),
    contents: contentsOf(observation, content?.regions ?? null),
  };
}

/** The digests of one reading of all labels; null where a look did not read the labels. */
export interface LabelDigests {
  readonly digest: string | null;
  readonly labels: string | null;
}

/**
 * Of two readings the digests that can be held against each other: those by image id, which tell more, where both have
 * one; else those of the contents alone; null where neither is of both.
 */
export function comparableDigests(held: LabelDigests, read: LabelDigests): { held: string; read: string } | null {
  if (held.labels !== null && read.labels !== null) return { held: held.labels, read: read.labels };
  if (held.digest !== null && read.digest !== null) return { held: held.digest, read: read.digest };
  return null;
}

/**
 * Whether a later look shows the content that a copy was made of. `unclear`: the service says that something was
 * modified and the revision can't tell; the digests must be compared.
 */
export function compareContent(held: Snapshot, observed: Snapshot): 'same' | 'different' | 'unclear' {
  if (held.revision !== observed.revision || !holdsSameModels(held, observed)) return 'different';
  const digests = comparableDigests(held, observed);
  if (digests !== null) return digests.held === digests.read ? 'same' : 'different';
  // All labels were read, and there are none to compare them with: the source never rested while it was copied.
  if (observed.digest !== null) return 'different';
  return held.lastModified === observed.lastModified ? 'same' : 'unclear';
}
