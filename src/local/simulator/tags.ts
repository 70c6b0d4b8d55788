import { badRequest, notFound } from './service-error.ts';
import type { StoredProject, StoredTag } from './state.ts';
import type { World } from './world.ts';
import { touchContent } from './world.ts';

export interface NewTag {
  readonly name: string;
  readonly description?: string | undefined;
  readonly type?: StoredTag['type'] | undefined;
}

export function createTag(world: World, project: StoredProject, given: NewTag): StoredTag {
  if (project.tags.size >= world.limits.tagsPerProject) {
    const message = `A project holds at most ${world.limits.tagsPerProject} tags.`;
    throw badRequest('BadRequestExceedTagPerProjectLimit', message);
  }
  checkTagName(project, given.name, null);
  const type = given.type ?? 'Regular';
  const others = [...project.tags.values()];
  if (type === 'Negative' && others.some((tag) => tag.type === 'Negative')) {
    throw badRequest('BadRequestMultipleNegativeTag', 'A project has at most one negative tag.');
  }
  const tag = { id: world.newId(), name: given.name, description: given.description ?? '', type };
  project.tags.set(tag.id, tag);
  touchContent(world, project);
  return tag;
}

export function updateTag(
  world: World,
  project: StoredProject,
  tag: StoredTag,
  changes: { readonly name?: string; readonly description?: string },
): void {
  if (changes.name !== undefined) checkTagName(project, changes.name, tag);
  Object.assign(tag, changes);
  touchContent(world, project);
}

/** Deletes a tag, and takes it and its regions off every image. */
export function deleteTag(world: World, project: StoredProject, tag: StoredTag): void {
  project.tags.delete(tag.id);
  for (const image of project.images.values()) {
    image.tags.delete(tag.id);
    image.regions = image.regions.filter((region) => region.tagId !== tag.id);
  }
  touchContent(world, project);
}

export function tagOf(project: StoredProject, tagId: string): StoredTag {
  const tag = project.tags.get(tagId.toLowerCase());
  if (tag === undefined) throw notFound('NotFoundTag', `There is no tag ${tagId}.`);
  return tag;
}

/** How many images carry each tag, by tag id. */
export function countImagesByTag(project: StoredProject): Map<string, number> {
  const counts = new Map<string, number>();
  for (const image of project.images.values()) {
    for (const tagId of image.tags.keys()) counts.set(tagId, (counts.get(tagId) ?? 0) + 1);
  }
  return counts;
}

function checkTagName(project: StoredProject, name: string, self: StoredTag | null): void {
  if (name.trim() === '') throw badRequest('BadRequestTagName', "A tag's name can't be empty.");
  if ([...project.tags.values()].some((tag) => tag.name === name && tag !== self)) {
    throw badRequest('BadRequestTagNameNotUnique', `There is a tag named "${name}".`);
  }
}
