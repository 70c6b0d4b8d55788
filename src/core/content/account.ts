import { isTrained, type Observation } from '../facts/model.ts';
import type { Generation } from '../facts/record.ts';

/** What a copy was made of, what its source is now, and what the copy is now, in words: for a person to decide between. */
export function threeWayAccount(generation: Generation, source: Observation | null, replica: Observation): string {
  const { exported, holds, importedAt, name } = generation;
  const then = inWords({ ...exported, iterations: holds.iterations, name });
  const now = (seen: Observation | null): string => (seen === null ? 'not there' : inWords(countsOf(seen)));
  return `Copied at ${importedAt}: ${then}. Primary now: ${now(source)}. Copy now: ${now(replica)}.`;
}

interface Counts {
  readonly images: number | null;
  readonly tags: number | null;
  /** Names of the trained ones. */
  readonly iterations: readonly string[];
  readonly name: string;
}

function countsOf({ project, tags, iterations, imageCount }: Observation): Counts {
  const trained = iterations.filter(isTrained).map(({ name }) => name);
  return { images: imageCount, tags: tags.length, iterations: trained, name: project.name };
}

function inWords({ images, tags, iterations, name }: Counts): string {
  const trained = iterations.length === 0 ? 'no trained iteration' : `trained ${iterations.join(', ')}`;
  return `named ${name}, ${images ?? 'unknown'} images, ${tags ?? 'unknown'} tags, ${trained}`;
}
