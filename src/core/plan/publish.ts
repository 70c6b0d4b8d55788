import { matchIterations, sourceIterations } from '../content/iterations.ts';
import type {
  PublicationsSeen,
  PublicationStep,
  ReplicaPublication,
  WantedPublication,
} from '../content/publications.ts';
import {
  afterPublicationStep,
  isSame,
  nextPublicationStep,
  publicationsSeen,
  publishedOn,
  standingRefusals,
  wantedPublications,
} from '../content/publications.ts';
import { compareContent } from '../content/revision.ts';
import type { Observation } from '../facts/model.ts';
import type { Generation, Refused, Snapshot } from '../facts/record.ts';
import type { Plan, PlanInput } from './types.ts';
import { step } from './types.ts';

/** What the source publishes, by the iterations that a copy was seen to have. */
export function wantedOn(
  { holds }: Pick<Generation, 'holds'>,
  { iterations }: Pick<Observation, 'iterations'>,
  source: Snapshot,
): WantedPublication[] {
  // What the copy does not hold has no counterpart: by its order alone it might be taken for another model.
  const known = compareContent(holds, source) === 'different' && holds.iterations.length > 0 ? holds : source;
  return wantedPublications(source.publications, matchIterations(sourceIterations(known), iterations));
}

/** How the publications of the current copy stand to the source's, by a look at it. */
interface Standing extends PublicationsSeen {
  readonly wanted: readonly WantedPublication[];
  readonly refused: readonly Refused[];
}

/** The same where replicas are published at all: without a prediction resource nothing is asked for. */
function standingToMend(input: PlanInput, source: Snapshot, current: Generation): Standing | null {
  return input.policy.predictionResourceId === null ? null : standingOf(input, source, current);
}

function standingOf({ observed, policy, now }: PlanInput, source: Snapshot, current: Generation): Standing | null {
  if (!observed.replica) return null;
  const { predictionResourceId } = policy;
  const wanted = wantedOn(current, observed.replica, source);
  const shown = publishedOn(observed.replica);
  const seen = publicationsSeen(current, shown, predictionResourceId);
  const held = seen.held.map((own) => {
    const sourceIterationId = own.sourceIterationId ?? wanted.find((one) => isSame(one, own))?.sourceIterationId;
    return { ...own, ...(sourceIterationId !== undefined && { sourceIterationId }) };
  });
  const refused = predictionResourceId === null ? [] : standingRefusals(current.refused, predictionResourceId, now);
  // A name of the source that somebody gave to another iteration is no name of their own: it is put right, or ended.
  const names = new Set([...current.holds.publications, ...source.publications].map(({ publishName }) => publishName));
  const known = [...held, ...seen.unproven];
  const moved = shown
    .filter((one) => names.has(one.publishName) && !known.some((other) => isSame(other, one)))
    .map(({ iterationId, publishName }) => ({ iterationId, publishName }));
  return { held, unproven: [...seen.unproven, ...moved], wanted, refused };
}

/** The names that routing has clients ask this copy by. */
function namedOn({ observed }: PlanInput, { replicaProjectId }: Generation): readonly string[] {
  return observed.route?.secondary.projectId === replicaProjectId ? observed.route.secondary.publishNames : [];
}

/** The next call that brings the current copy's publications in line with the source's, or null. */
export function nextPublication(input: PlanInput, source: Snapshot, current: Generation): PublicationStep | null {
  const standing = standingToMend(input, source, current);
  if (standing === null) return null;
  return nextPublicationStep(standing.wanted, standing.held, standing.unproven, standing.refused);
}

/** What the service refused is asked for once more when all else is done; null where it refused nothing. */
export function refusedPublication(input: PlanInput, source: Snapshot, current: Generation): Plan | null {
  const standing = standingToMend(input, source, current);
  if (standing === null) return null;
  const next = nextPublicationStep(standing.wanted, standing.held, standing.unproven);
  if (next === null) return null;
  return step(next.do === 'publish' ? { ...next, isLast: true } : next);
}

/**
 * What the service does not show is not published: routing ceases to name it, the record to tell of it. Null where
 * both tell what a look has shown.
 */
export function notePublications(input: PlanInput, source: Snapshot, current: Generation): Plan | null {
  const standing = standingOf(input, source, current);
  if (standing === null) return null;
  const { held, unproven } = standing;
  const named = namedOn(input, current);
  const shown = [...held, ...unproven].filter(({ publishName }) => named.includes(publishName));
  const names = new Set(shown.map(({ publishName }) => publishName));
  if (named.some((name) => !names.has(name))) return step({ do: 'route', source, published: shown });
  const { published, foundPublished } = current;
  if (JSON.stringify([published, foundPublished]) === JSON.stringify([held, unproven])) return null;
  return step({ do: 'note-published', generation: current, published: held, foundPublished: unproven });
}

/**
 * What routing may name of the current copy, once the next call is made: never what that call ends. What is published
 * elsewhere stays named until it is refused where it belongs.
 */
export function lastingPublications(
  input: PlanInput,
  source: Snapshot,
  current: Generation,
  next: PublicationStep | null,
): readonly ReplicaPublication[] {
  const standing = standingOf(input, source, current);
  if (standing === null) return current.published;
  const { held, unproven, wanted, refused } = standing;
  const named = namedOn(input, current);
  const isAwaited = (one: ReplicaPublication): boolean =>
    named.includes(one.publishName) &&
    wanted.some((other) => isSame(other, one)) &&
    !refused.some((other) => isSame(other, one));
  const lasting = [...held, ...unproven.filter(isAwaited)];
  return next?.do === 'unpublish' ? afterPublicationStep(lasting, next) : lasting;
}

/**
 * While a newer copy is still to come, the one in use answers as it did: a publication that was ended on it is made
 * again, and routing names it again. What moved on the source since has to wait for that copy.
 */
export function healPublications(input: PlanInput, source: Snapshot, current: Generation): Plan | null {
  const { observed } = input;
  const standing = standingToMend(input, source, current);
  if (standing === null || !observed.replica || observed.replica.project.drModeEnabled) return null;
  const { held, unproven, refused } = standing;
  const isPublished = ({ publishName }: ReplicaPublication): boolean =>
    source.publications.some((one) => one.publishName === publishName);
  const { holds } = current;
  const matches = matchIterations(sourceIterations(holds), observed.replica.iterations);
  const lost = wantedPublications(holds.publications, matches).find(
    (one) =>
      isPublished(one) &&
      !held.some((other) => other.publishName === one.publishName || other.iterationId === one.iterationId) &&
      !refused.some((other) => isSame(other, one)),
  );
  if (lost !== undefined) return step({ do: 'publish', publication: lost });
  const named = namedOn(input, current);
  if (held.filter(isPublished).every(({ publishName }) => named.includes(publishName))) return null;
  const stillNamed = unproven.filter(({ publishName }) => named.includes(publishName));
  return step({ do: 'route', source, published: [...held, ...stillNamed] });
}
