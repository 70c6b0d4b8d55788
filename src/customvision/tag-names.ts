import type { z } from 'zod';
import type { Image, Tag } from '../core/facts/model.ts';
import type { imageSchema, WireLabel } from './wire.ts';

type WireImage = z.infer<typeof imageSchema>;

/**
 * The names of tags by their ids, for labels that come without one. A project's tags are asked for once in a reading of
 * its images, and again where a label is of a tag that was not asked after then. A label of a tag that the project does
 * not have, as half an import leaves it, is of a tag without a name.
 */
export class TagNames {
  readonly #byProject = new Map<string, Map<string, string>>();

  /** A reading begins anew: a tag may have another name by now. */
  forget(projectId: string): void {
    this.#byProject.delete(projectId);
  }

  /** @param readTags asks the service for the project's tags */
  async named(
    projectId: string,
    images: readonly WireImage[],
    readTags: () => Promise<readonly Tag[]>,
  ): Promise<Image[]> {
    const names = this.#byProject.get(projectId) ?? new Map<string, string>();
    const labels = images.flatMap(({ tags, regions }) => [...tags, ...regions]);
    const asked = labels.flatMap(({ tagId, tagName }) => (tagName === null && tagId !== null ? [tagId] : []));
    if (!asked.every((id) => names.has(id))) {
      for (const id of asked) names.set(id, '');
      for (const { id, name } of await readTags()) names.set(id, name);
      this.#byProject.set(projectId, names);
    }
    const nameOf = ({ tagId, tagName }: WireLabel): string => tagName ?? names.get(tagId ?? '') ?? '';
    return images.map((image) => ({
      ...image,
      tags: image.tags.map((label) => ({ tagName: nameOf(label) })),
      regions: image.regions.map(({ left, top, width, height, ...label }) => {
        return { tagName: nameOf(label), left, top, width, height };
      }),
    }));
  }
}
