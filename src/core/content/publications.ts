import type { IterationMatch } from './iterations.ts';
import type { Observation } from '../facts/model.ts';
import type { Publication } from '../facts/record.ts';

/** An iteration of a replica and the name it answers predictions under. */
export interface ReplicaPublication {
  readonly iterationId: string;
  readonly publishName: string;
}

export type PublicationStep =
  | { readonly do: 'publish'; readonly publication: ReplicaPublication }
  | { readonly do: 'unpublish'; readonly publication: ReplicaPublication };

function isSame(left: ReplicaPublication, right: ReplicaPublication): boolean {
  return left.iterationId === right.iterationId && left.publishName === right.publishName;
}

/** The source's publications in terms of the replica; those whose iteration has no counterpart are left out. */
export function wantedPublications(
  source: readonly Publication[],
  matches: readonly IterationMatch[],
): ReplicaPublication[] {
  const idOf = new Map(matches.map((match) => [match.source, match.id]));
  return source.flatMap(({ iteration, publishName }) => {
    const iterationId = idOf.get(iteration);
    return iterationId === undefined ? [] : [{ iterationId, publishName }];
  });
}

/**
 * The next call that brings a replica's publications in line, or null where they are. Names are published before
 * others are taken away, first on iterations that hold none: a name that moves there is never without a holder. An
 * iteration holds one name, so one that is renamed is unpublished in between. Those in `foundPublished` were found on
 * the copy and not made by us: each is published once more where it is wanted, and ended where it is not.
 */
export function nextPublicationStep(
  wanted: readonly ReplicaPublication[],
  published: readonly ReplicaPublication[],
  foundPublished: readonly ReplicaPublication[] = [],
): PublicationStep | null {
  const lacking = wanted.filter((publication) => !published.some((other) => isSame(other, publication)));
  const held = [...published, ...foundPublished];
  const heldBy = (publication: ReplicaPublication) =>
    held.find((other) => other.iterationId === publication.iterationId && !isSame(other, publication));
  const free = lacking.find((publication) => heldBy(publication) === undefined);
  if (free !== undefined) return { do: 'publish', publication: free };
  const inTheWay = lacking.map(heldBy).find((publication) => publication !== undefined);
  if (inTheWay !== undefined) return { do: 'unpublish', publication: inTheWay };
  const extra = held.find((publication) => !wanted.some((other) => isSame(other, publication)));
  return extra === undefined ? null : { do: 'unpublish', publication: extra };
}

/** What a replica shows as published, whoever published it. */
export function publishedOn({ iterations }: Pick<Observation, 'iterations'>): ReplicaPublication[] {
  return iterations.flatMap(({ id: iterationId, publishName }) =>
    publishName === null ? [] : [{ iterationId, publishName }],
  );
}

/** The publications that are neither of this iteration nor of this name. */
export function withoutPublication(
  published: readonly ReplicaPublication[],
  { iterationId, publishName }: ReplicaPublication,
): ReplicaPublication[] {
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
