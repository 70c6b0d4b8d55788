import { isSame } from '../facts/snapshot.ts';
import type { IterationMatch } from './iterations.ts';
import type { Observation } from '../facts/model.ts';
import { secondsBetween } from '../facts/time.ts';
import type { Generation, Publication, Published, Refused } from '../facts/record.ts';

/** An iteration of a replica and the name it answers predictions under. */
export interface ReplicaPublication {
  readonly iterationId: string;
  readonly publishName: string;
}

/** One that the source wants, and the iteration of the source that it stands for, where that is known. */
export interface WantedPublication extends ReplicaPublication {
  readonly sourceIterationId?: string | undefined;
}

/** One that a replica shows, and the prediction resource that the service names beside it; null where it names none. */
export interface ShownPublication extends ReplicaPublication {
  readonly resourceId: string | null;
}

export type PublicationStep =
  | {
      readonly do: 'publish';
      readonly publication: WantedPublication;
      /** The copy that waits, by its run; absent: the one in the making, else the one in use. */
      readonly runId?: string;
      /** All else is done: a refusal is the project's failure. Otherwise it is noted, and the others go on. */
      readonly isLast?: boolean;
    }
  | { readonly do: 'unpublish'; readonly publication: ReplicaPublication };

export { isSame };

/** Whether two looks at the source show the same names published, on iterations of the same names. */
export function publishesSame(
  left: { readonly publications: readonly Publication[] },
  right: { readonly publications: readonly Publication[] },
): boolean {
  const names = ({ publications }: typeof left): string =>
    JSON.stringify(publications.map(({ iteration, publishName }) => [iteration, publishName]));
  return names(left) === names(right);
}

/** The source's publications in terms of the replica; those whose iteration has no counterpart are left out. */
export function wantedPublications(
  source: readonly Publication[],
  matches: readonly IterationMatch[],
): WantedPublication[] {
  return source.flatMap(({ iteration, publishName, iterationId: sourceIterationId }) => {
    const isIt = ({ source: { id, name } }: IterationMatch): boolean =>
      id !== undefined && sourceIterationId !== undefined ? id === sourceIterationId : name === iteration;
    const [match, ...others] = matches.filter(isIt);
    if (match === undefined || others.length > 0) return [];
    return [{ iterationId: match.id, publishName, ...(sourceIterationId !== undefined && { sourceIterationId }) }];
  });
}

/** What a look at a copy shows of the publications that its record tells of. */
export interface PublicationsSeen {
  /** Ours, shown, and at the prediction resource that is set: these answer predictions. */
  readonly held: readonly Published[];
  /** Shown, and not proven to answer there: found on the copy, or published to another resource. */
  readonly unproven: readonly ReplicaPublication[];
}

/** Whether two ids name one prediction resource: Azure tells no small letter from a capital in them. */
export function isSameResource(left: string | null | undefined, right: string | null | undefined): boolean {
  return left?.toLowerCase() === right?.toLowerCase();
}

/**
 * Compares iteration, name and resource (null: whichever it is) of what was published with what the service shows now.
 * What it does not show is not published, whoever ended it. The resource that it shows may be another than the one that was asked for, and stay
 * so: where it is neither that one nor what it showed after our own call, somebody has published it elsewhere since.
 */
export function publicationsSeen(
  { published, foundPublished }: Pick<Generation, 'published' | 'foundPublished'>,
  shown: readonly ShownPublication[],
  resourceId: string | null,
): PublicationsSeen {
  const held: Published[] = [];
  const elsewhere: ReplicaPublication[] = [];
  for (const own of published) {
    const now = shown.find((other) => isSame(own, other));
    if (now === undefined) continue;
    const before = own.shownResourceId === undefined ? now.resourceId : own.shownResourceId;
    const isWhereItWas = isSameResource(now.resourceId, before) || isSameResource(now.resourceId, own.resourceId);
    const isWanted = resourceId === null || isSameResource(own.resourceId, resourceId);
    if (isWhereItWas && isWanted) held.push({ ...own, shownResourceId: before });
    else elsewhere.push({ iterationId: own.iterationId, publishName: own.publishName });
  }
  const found = foundPublished.filter((other) => shown.some((now) => isSame(other, now)));
  return { held, unproven: [...found, ...elsewhere] };
}

/** How long what the service refused to publish is left alone while there is other work to do. */
const REFUSAL_STANDS_FOR_SECONDS = 3_600;

/** What the service has refused to publish lately to this prediction resource. */
export function standingRefusals(refused: readonly Refused[] | undefined, resourceId: string, now: Date): Refused[] {
  return (refused ?? []).filter(
    (one) => isSameResource(one.resourceId, resourceId) && secondsBetween(one.at, now) < REFUSAL_STANDS_FOR_SECONDS,
  );
}

/**
 * The next call that brings a replica's publications in line, or null where they are. Names are published before
 * others are taken away, first on iterations that hold none: a name that moves there is never without a holder. An
 * iteration holds one name, so one that is renamed is unpublished in between. Those that are `unproven` are published
 * once more where they are wanted, and ended where they are not. What was `refused` is left out, and who holds such a
 * name keeps it.
 */
export function nextPublicationStep(
  wanted: readonly WantedPublication[],
  published: readonly ReplicaPublication[],
  unproven: readonly ReplicaPublication[] = [],
  refused: readonly ReplicaPublication[] = [],
): PublicationStep | null {
  const isRefused = (publication: ReplicaPublication) => refused.some((other) => isSame(other, publication));
  const unpublished = wanted.filter((publication) => !published.some((other) => isSame(other, publication)));
  const lacking = unpublished.filter((publication) => !isRefused(publication));
  const held = [...published, ...unproven];
  const heldBy = (publication: ReplicaPublication) =>
    held.find((other) => other.iterationId === publication.iterationId && !isSame(other, publication));
  const free = lacking.find((publication) => heldBy(publication) === undefined);
  if (free !== undefined) return { do: 'publish', publication: free };
  const inTheWay = lacking.map(heldBy).find((publication) => publication !== undefined);
  if (inTheWay !== undefined) return { do: 'unpublish', publication: inTheWay };
  const kept = new Set(unpublished.filter(isRefused).map(({ publishName }) => publishName));
  const extra = held.find(
    (publication) => !kept.has(publication.publishName) && !wanted.some((other) => isSame(other, publication)),
  );
  return extra === undefined ? null : { do: 'unpublish', publication: extra };
}

/** What a replica shows as published, whoever published it. */
export function publishedOn({ iterations }: Pick<Observation, 'iterations'>): ShownPublication[] {
  return iterations.flatMap(({ id: iterationId, publishName, originalPublishResourceId: resourceId }) =>
    publishName === null ? [] : [{ iterationId, publishName, resourceId }],
  );
}

/** The publications that are neither of this iteration nor of this name. */
export function withoutPublication<T extends ReplicaPublication>(
  published: readonly T[],
  { iterationId, publishName }: ReplicaPublication,
): T[] {
  return published.filter((other) => other.iterationId !== iterationId && other.publishName !== publishName);
}

/** What is published after the step: a publish name has one holder, and `overwrite` moves it. */
export function afterPublicationStep(
  published: readonly ReplicaPublication[],
  { do: action, publication }: PublicationStep,
): ReplicaPublication[] {
  const others = withoutPublication(published, publication);
  return action === 'publish' ? [...others, publication] : others;
}
