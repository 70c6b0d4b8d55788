import type { Snapshot } from './snapshots.ts';
import type { StoredIteration, StoredProject } from './state.ts';
import type { World } from './world.ts';

/** The parts of an import, each to be called when its time has come; the counts say how many are there afterwards. */
export interface ContentCopy {
  readonly tags: (upTo: number) => void;
  readonly images: (upTo: number) => void;
  readonly iterations: () => void;
}

/** Copies a snapshot into a project, with new ids or the original ones as the unknowns say. */
export function copyContent(world: World, project: StoredProject, snapshot: Snapshot): ContentCopy {
  const { unknowns } = world;
  const tagIds = new Map(
    snapshot.tags.map((tag) => [tag.id, unknowns.importKeepsTagIds === 'yes' ? tag.id : world.newId()]),
  );
  const present = (tagId: string): string[] => {
    const id = tagIds.get(tagId);
    return id !== undefined && project.tags.has(id) ? [id] : [];
  };
  return {
    tags: (upTo) => {
      for (const tag of snapshot.tags.slice(project.tags.size, upTo)) {
        const id = tagIds.get(tag.id) ?? tag.id;
        project.tags.set(id, { ...tag, id });
      }
    },
    images: (upTo) => {
      for (const image of snapshot.images.slice(project.images.size, upTo)) {
        const id = unknowns.importKeepsImageIds === 'yes' ? image.id : world.newId();
        project.images.set(id, {
          ...image,
          id,
          tags: new Map(image.tags.flatMap(([tagId, at]) => present(tagId).map((newId) => [newId, at] as const))),
          regions: image.regions.flatMap((region) =>
            present(region.tagId).map((tagId) => ({ ...region, id: world.newId(), tagId })),
          ),
          metadata: unknowns.importCarriesImageMetadata === 'yes' ? { ...image.metadata } : {},
        });
      }
    },
    iterations: () => {
      snapshot.iterations.forEach((iteration, index) => {
        const copied = copyIteration(world, iteration, index, tagIds);
        project.iterations.set(copied.id, copied);
      });
    },
  };
}

function copyIteration(
  world: World,
  source: StoredIteration,
  index: number,
  tagIds: ReadonlyMap<string, string>,
): StoredIteration {
  const { unknowns } = world;
  const now = world.clock.now();
  const keepsTimes = unknowns.importKeepsTrainedAt === 'yes';
  const shown = unknowns.importKeepsPublishName !== 'no' && source.published;
  return {
    ...source,
    id: unknowns.importKeepsIterationIds === 'yes' ? source.id : world.newId(),
    name: unknowns.importKeepsIterationNames === 'yes' ? source.name : `Iteration ${index + 1}`,
    created: keepsTimes ? source.created : now,
    trainedAt: keepsTimes ? source.trainedAt : now,
    lastModified: now,
    publishName: shown ? source.publishName : null,
    published: shown && unknowns.importKeepsPublishName === 'published',
    originalPublishResourceId:
      unknowns.importKeepsOriginalPublishResourceId === 'yes' ? source.originalPublishResourceId : null,
    publishedTo: shown && unknowns.importKeepsPublishName === 'published' ? source.publishedTo : null,
    exports: [],
    model: { ...source.model, tags: source.model.tags.map(({ id, name }) => ({ id: tagIds.get(id) ?? id, name })) },
  };
}
