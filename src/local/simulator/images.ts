import { badRequest, notFound } from './service-error.ts';
import type { Box, ImageContent, StoredImage, StoredProject, StoredRegion } from './state.ts';
import { tagOf } from './tags.ts';
import type { World } from './world.ts';
import { touchContent } from './world.ts';

export interface NewImage {
  readonly width: number;
  readonly height: number;
  readonly content: ImageContent;
  readonly tagIds: readonly string[];
  readonly regions: readonly Box[];
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** Adds an image with its tags and regions. A region puts its tag on the image, too. */
export function addImage(world: World, project: StoredProject, given: NewImage): StoredImage {
  if (project.images.size >= world.limits.imagesPerProject) {
    const message = `A project holds at most ${world.limits.imagesPerProject} images.`;
    throw badRequest('BadRequestImageExceededCount', message);
  }
  const now = world.clock.now();
  const image: StoredImage = {
    id: world.newId(),
    created: now,
    width: given.width,
    height: given.height,
    content: given.content,
    tags: new Map(given.tagIds.map((tagId) => [tagOf(project, tagId).id, now])),
    regions: [],
    metadata: { ...given.metadata },
  };
  for (const box of given.regions) addRegion(world, project, image, box);
  project.images.set(image.id, image);
  touchContent(world, project);
  return image;
}

/** Labels a box of an image. */
export function addRegion(world: World, project: StoredProject, image: StoredImage, box: Box): StoredRegion {
  const tag = tagOf(project, box.tagId);
  const now = world.clock.now();
  const { left, top, width, height } = box;
  const region = { id: world.newId(), created: now, tagId: tag.id, left, top, width, height };
  image.regions.push(region);
  if (!image.tags.has(tag.id)) image.tags.set(tag.id, now);
  touchContent(world, project);
  return region;
}

/** Takes regions off their images. The tag goes with the last of its regions. */
export function removeRegions(world: World, project: StoredProject, regionIds: readonly string[]): void {
  for (const image of project.images.values()) {
    const removed = image.regions.filter((region) => regionIds.includes(region.id));
    if (removed.length === 0) continue;
    image.regions = image.regions.filter((region) => !removed.includes(region));
    for (const { tagId } of removed) {
      if (!image.regions.some((region) => region.tagId === tagId)) image.tags.delete(tagId);
    }
  }
  touchContent(world, project);
}

export function removeImages(world: World, project: StoredProject, imageIds: Iterable<string>): void {
  for (const id of imageIds) project.images.delete(id.toLowerCase());
  touchContent(world, project);
}

export function imageOf(project: StoredProject, imageId: string): StoredImage {
  const image = project.images.get(imageId.toLowerCase());
  if (image === undefined) throw notFound('NotFoundImage', `There is no image ${imageId}.`);
  return image;
}

export interface ImageFilter {
  readonly taggingStatus: 'All' | 'Tagged' | 'Untagged';
  /** Images with any of these tags; empty does not filter. */
  readonly tagIds: readonly string[];
}

/** Oldest first. */
export function selectImages(project: StoredProject, filter: ImageFilter): StoredImage[] {
  return [...project.images.values()].filter((image) => {
    if (filter.taggingStatus === 'Tagged' && image.tags.size === 0) return false;
    if (filter.taggingStatus === 'Untagged' && image.tags.size > 0) return false;
    return filter.tagIds.length === 0 || filter.tagIds.some((tagId) => image.tags.has(tagId.toLowerCase()));
  });
}
