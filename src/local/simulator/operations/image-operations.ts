import type { Answer } from '../answers.ts';
import { empty, json } from '../answers.ts';
import type { ImageFilter } from '../images.ts';
import { imageOf, removeImages, selectImages } from '../images.ts';
import type { ApiRequest } from '../request.ts';
import { badRequest } from '../service-error.ts';
import { imageJson } from '../wire.ts';
import { iterationOf } from '../world.ts';
import type { StoredImage } from '../state.ts';
import type { World } from '../world.ts';
import type { Operation } from './operation.ts';
import { read, write } from './operation.ts';

const IMAGES = '/projects/{projectId}/images';
const DEFAULT_TAKE = 50;
const MOST_AT_ONCE = 256;
const MOST_TAGS = 20;

type TaggingStatus = ImageFilter['taggingStatus'];

/** Reading and deleting images. An iteration's images are taken to be those of the workspace. */
export const IMAGE_OPERATIONS: readonly Operation[] = [
  read('GetImages', IMAGES, (request) => listImages(request, taggingStatus(request))),
  read('GetTaggedImages', `${IMAGES}/tagged`, (request) => listImages(request, 'Tagged')),
  read('GetUntaggedImages', `${IMAGES}/untagged`, (request) => listImages(request, 'Untagged')),
  read('GetImageCount', `${IMAGES}/count`, (request) => countImages(request, taggingStatus(request))),
  read('GetTaggedImageCount', `${IMAGES}/tagged/count`, (request) => countImages(request, 'Tagged')),
  read('GetUntaggedImageCount', `${IMAGES}/untagged/count`, (request) => countImages(request, 'Untagged')),
  read('GetImagesByIds', `${IMAGES}/id`, (request) => {
    const project = request.project();
    const images = request.ids('imageIds', MOST_AT_ONCE).map((id) => imageOf(project, id));
    return json(images.map((image) => imageJson(request.world, project, image)));
  }),
  write('DELETE', 'DeleteImages', IMAGES, (request) => {
    const project = request.project();
    const all = request.flag('allImages');
    const ids = request.ids('imageIds', MOST_AT_ONCE);
    if (!all && ids.length === 0) throw badRequest('BadRequestRequiredParamIsNull', 'Expected imageIds or allImages.');
    removeImages(request.world, project, all ? [...project.images.keys()] : ids);
    return empty(all || request.flag('allIterations') ? 202 : 204);
  }),
];

function listImages(request: ApiRequest, status: TaggingStatus): Answer {
  const project = request.project();
  const take = request.integer('take', DEFAULT_TAKE);
  if (take > MOST_AT_ONCE) {
    throw badRequest('BadRequestExceededBatchSize', `take is ${take}. Expected at most ${MOST_AT_ONCE}.`);
  }
  const skip = request.integer('skip', 0);
  const images = selected(request, status);
  if (request.world.unknowns.imageOrder === 'unstable') mixEqualTimes(request.world, images);
  if (request.choice('orderBy', ['Newest', 'Oldest']) !== 'Oldest') images.reverse();
  return json(images.slice(skip, skip + take).map((image) => imageJson(request.world, project, image)));
}

/** What the order leaves open is another on each call. */
function mixEqualTimes({ newId }: Pick<World, 'newId'>, images: StoredImage[]): void {
  const places = new Map(images.map((image) => [image, newId()]));
  const placeOf = (image: StoredImage): string => places.get(image) ?? '';
  images.sort((left, right) => left.created - right.created || (placeOf(left) < placeOf(right) ? -1 : 1));
}

function countImages(request: ApiRequest, status: TaggingStatus): Answer {
  return json(selected(request, status).length);
}

function selected(request: ApiRequest, status: TaggingStatus) {
  if (request.optional('$filter') !== undefined) {
    throw badRequest('BadRequestNotSupported', 'The simulator does not filter by metadata.');
  }
  const project = request.project();
  const iterationId = request.optional('iterationId');
  if (iterationId !== undefined) iterationOf(project, iterationId);
  return selectImages(project, { taggingStatus: status, tagIds: request.ids('tagIds', MOST_TAGS) });
}

function taggingStatus(request: ApiRequest): TaggingStatus {
  return request.choice('taggingStatus', ['All', 'Tagged', 'Untagged']) ?? 'All';
}
