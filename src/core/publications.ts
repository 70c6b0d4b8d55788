import type { IterationMatch } from './iterations.ts';
import type { Publication } from './record.ts';

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
 * others are taken away; an iteration holds one name, so one that is renamed is unpublished in between.
 */
export function nextPublicationStep(
  wanted: readonly ReplicaPublication[],
  published: readonly ReplicaPublication[],
): PublicationStep | null {
  for (const publication of wanted) {
    if (published.some((other) => isSame(other, publication))) continue;
    const other = published.find(({ iterationId }) => iterationId === publication.iterationId);
    return other === undefined ? { do: 'publish', publication } : { do: 'unpublish', publication: other };
  }
  const extra = published.find((publication) => !wanted.some((other) => isSame(other, publication)));
  return extra === undefined ? null : { do: 'unpublish', publication: extra };
}

/** What is published after the step: a publish name has one holder, and `overwrite` moves it. */
export function afterPublicationStep(
  published: readonly ReplicaPublication[],
  { do: action, publication }: PublicationStep,
): ReplicaPublication[] {
  const others = published.filter(
    ({ iterationId, publishName }) =>
      iterationId !== publication.iterationId && publishName !== publication.publishName,
  );
  return action === 'publish' ? [...others, publication] : others;
}
