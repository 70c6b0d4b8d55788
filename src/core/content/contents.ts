import type { Generation } from '../facts/record.ts';
import type { Observation } from '../facts/model.ts';
import type { Contents } from '../facts/snapshot.ts';
import { trainedIterations } from './iterations.ts';

/** What people call the content of a project: to say in words what is not the same, where hashes say only that something is. */

/** With more tags than this only their number is kept: records are read whole, and often. */
const MOST_TAGS = 100;

/** @param regions how many boxes all images have; null where no look has read the labels */
export function contentsOf({ project, imageCount, tags, iterations }: Observation, regions: number | null): Contents {
  const named = tags.map(({ id, name, imageCount: images }) => ({ id, name, images }));
  return {
    name: project.name,
    images: imageCount,
    regions,
    tagCount: tags.length,
    tags: named.length > MOST_TAGS ? null : named.sort((one, other) => (one.name < other.name ? -1 : 1)),
    iterations: trainedIterations(iterations).map(({ id, name }) => ({ id, name })),
  };
}

/** What is known of an earlier content; null where a record of an earlier version does not have it. */
export interface KnownContents {
  readonly images: number | null;
  readonly regions: number | null;
  readonly tagCount: number | null;
  readonly tags: Contents['tags'];
  readonly iterations: readonly Named[];
}

/** On one side its id tells a thing that was renamed from one that came while another went; without one nobody can tell. */
interface Named {
  readonly id?: string;
  readonly name: string;
}

/** The copy as this app left it; a record of an earlier version has only what its export counted. */
export function contentsLeft({
  baseline,
  exported,
  holds,
}: Pick<Generation, 'baseline' | 'exported' | 'holds'>): KnownContents {
  const { images, regions, tags: tagCount } = exported;
  return (
    baseline.contents ?? {
      images,
      regions,
      tagCount,
      tags: null,
      iterations: holds.iterations.map((name) => ({ name })),
    }
  );
}

/** So many changes are told, and how many more there are. */
const MOST_CHANGES = 8;

/** What is not the same, each in a few words, e.g. `images 23 → 25` or `tag “dent” added`; empty where nothing that has words is. */
export function changesInWords(before: KnownContents, now: Contents): string[] {
  const changes = [
    ...counted('images', before.images, now.images),
    ...(before.tags === null || now.tags === null
      ? counted('tags', before.tagCount, now.tagCount)
      : tagChanges(before.tags, now.tags)),
    ...counted('boxes', before.regions, now.regions),
    ...nameChanges('iteration', before.iterations, now.iterations),
  ];
  const more = changes.length - MOST_CHANGES;
  return more > 0 ? [...changes.slice(0, MOST_CHANGES), `${more} more changes`] : changes;
}

function counted(what: string, before: number | null, now: number | null): string[] {
  return before === null || now === null || before === now ? [] : [`${what} ${before} → ${now}`];
}

type Tags = NonNullable<Contents['tags']>;

function tagChanges(before: Tags, now: Tags): string[] {
  const onImages = before.flatMap(({ id, images }) => {
    const same = now.find((other) => other.id === id);
    return same === undefined ? [] : counted(`images with tag “${same.name}”`, images, same.images);
  });
  return [...nameChanges('tag', before, now), ...onImages];
}

function nameChanges(what: string, before: readonly Named[], now: readonly Named[]): string[] {
  const renamed = before.flatMap((one) => {
    const same = one.id === undefined ? undefined : now.find(({ id }) => id === one.id);
    return same === undefined || same.name === one.name ? [] : [{ from: one, to: same }];
  });
  const others = (all: readonly Named[]) =>
    all.filter((one) => !renamed.some(({ from, to }) => one === from || one === to));
  const [left, found] = [others(before), others(now)];
  return [
    ...without(found, left).map((name) => `${what} “${name}” added`),
    ...without(left, found).map((name) => `${what} “${name}” removed`),
    ...renamed.map(({ from, to }) => `${what} “${from.name}” renamed to “${to.name}”`),
  ];
}

/** Names may be there more than once. */
function without(all: readonly Named[], others: readonly Named[]): string[] {
  const left = others.map(({ name }) => name);
  return all.flatMap(({ name }) => {
    const at = left.indexOf(name);
    if (at !== -1) left.splice(at, 1);
    return at === -1 ? [name] : [];
  });
}
