import { empty, json } from '../answers.ts';
import { isGuid } from '../ids.ts';
import { addRegion, imageOf, removeRegions } from '../images.ts';
import type { ApiRequest } from '../request.ts';
import { isRecord } from '../request.ts';
import { badRequest } from '../service-error.ts';
import type { Box } from '../state.ts';
import { tagOf } from '../tags.ts';
import { regionJson } from '../wire.ts';
import { touchContent } from '../world.ts';
import type { Operation } from './operation.ts';
import { write } from './operation.ts';

const IMAGES = '/projects/{projectId}/images';
const MOST_IMAGES = 64;
const MOST_TAGS = 20;

/** Tagging images and drawing boxes on them. */
export const LABEL_OPERATIONS: readonly Operation[] = [
  write('POST', 'CreateImageTags', `${IMAGES}/tags`, (request) => {
    const project = request.project();
    const entries = readEntries(request, 'tags').map((entry) => ({
      image: imageOf(project, readId(entry['imageId'])),
      tag: tagOf(project, readId(entry['tagId'])),
    }));
    const isNew = entries.map(({ image, tag }) => {
      const added = !image.tags.has(tag.id);
      if (added) image.tags.set(tag.id, request.world.clock.now());
      return added;
    });
    touchContent(request.world, project);
    const ids = entries.map(({ image, tag }) => ({ imageId: image.id, tagId: tag.id }));
    const created = ids.filter((_, index) => isNew[index]);
    return json({ created, duplicated: ids.filter((_, index) => !isNew[index]), exceeded: [] });
  }),
  write('DELETE', 'DeleteImageTags', `${IMAGES}/tags`, (request) => {
    const project = request.project();
    const tagIds = request.ids('tagIds', MOST_TAGS);
    for (const imageId of request.ids('imageIds', MOST_IMAGES)) {
      const image = imageOf(project, imageId);
      for (const tagId of tagIds) image.tags.delete(tagId);
      image.regions = image.regions.filter((region) => !tagIds.includes(region.tagId));
    }
    touchContent(request.world, project);
    return empty(204);
  }),
  write('POST', 'CreateImageRegions', `${IMAGES}/regions`, createRegions),
  write('DELETE', 'DeleteImageRegions', `${IMAGES}/regions`, (request) => {
    removeRegions(request.world, request.project(), request.ids('regionIds', MOST_IMAGES));
    return empty(204);
  }),
];

function createRegions(request: ApiRequest) {
  const project = request.project();
  const entries = readEntries(request, 'regions').map((entry) => {
    const box = readBox(entry);
    tagOf(project, box.tagId);
    return { image: imageOf(project, readId(entry['imageId'])), box };
  });
  const created: object[] = [];
  const exceeded: object[] = [];
  for (const { image, box } of entries) {
    if (image.regions.length >= request.world.limits.regionsPerImage) {
      exceeded.push({ imageId: image.id, ...box });
    } else {
      const region = addRegion(request.world, project, image, box);
      created.push({ imageId: image.id, ...regionJson(project, region) });
    }
  }
  return json({ created, duplicated: [], exceeded });
}

/** A region from a request's body; throws the refusal of one that is not within its image. */
export function readBox(from: unknown): Box {
  const entry = isRecord(from) ? from : {};
  const side = (name: string): number => {
    const value = entry[name];
    if (typeof value === 'number' && value >= 0 && value <= 1) return value;
    throw badRequest('BadRequestImageRegions', `A region's ${name} is not a number from 0 to 1.`);
  };
  const sides = { left: side('left'), top: side('top'), width: side('width'), height: side('height') };
  return { tagId: readId(entry['tagId']), ...sides };
}

export function readIds(from: unknown): string[] {
  return Array.isArray(from) ? from.map(readId) : [];
}

function readId(from: unknown): string {
  if (typeof from === 'string' && isGuid(from)) return from.toLowerCase();
  throw badRequest('BadRequestInvalidIds', 'An id in the body is missing or is not a GUID.');
}

function readEntries(request: ApiRequest, name: string): Record<string, unknown>[] {
  const entries = request.json()[name];
  if (!Array.isArray(entries)) throw badRequest('BadRequestRequiredParamIsNull', `Expected a list of ${name}.`);
  return entries.map((entry: unknown) => (isRecord(entry) ? entry : {}));
}
