import { json } from '../answers.ts';
import { findDomain } from '../domains.ts';
import { fetchImage } from '../fetch-image.ts';
import { inspectImage } from '../image-bytes.ts';
import { predict } from '../models.ts';
import { parseMultipart } from '../multipart.ts';
import type { ApiRequest } from '../request.ts';
import { badRequest, notFound } from '../service-error.ts';
import type { StoredIteration } from '../state.ts';
import type { Operation } from './operation.ts';

const LARGEST_IN_BYTES = { prediction: 4 * 1024 * 1024, training: 6 * 1024 * 1024 } as const;

/** By what is published, and, in training, by any iteration that is trained. */
export const PREDICTION_OPERATIONS: readonly Operation[] = [
  ...published('Classification', 'classify', 'Classify'),
  ...published('ObjectDetection', 'detect', 'Detect'),
  quickTest('QuickTestImage', 'image', sentImage),
  quickTest('QuickTestImageUrl', 'url', namedImage),
];

type ReadImage = (request: ApiRequest) => Promise<Buffer>;

/** Predictions are never stored here, so that storing and not storing is the same. */
function published(type: 'Classification' | 'ObjectDetection', verb: string, name: string): Operation[] {
  const path = `/{projectId}/${verb}/iterations/{publishedName}`;
  const operation = (name: string, rest: string, image: ReadImage): Operation => {
    const handle = async (request: ApiRequest) => {
      const iteration = servingIteration(request, type);
      return answer(request, iteration, await image(request), LARGEST_IN_BYTES.prediction);
    };
    return { name, api: 'prediction', method: 'POST', path: `${path}/${rest}`, writes: false, handle };
  };
  return [
    operation(`${name}Image`, 'image', sentImage),
    operation(`${name}ImageWithNoStore`, 'image/nostore', sentImage),
    operation(`${name}ImageUrl`, 'url', namedImage),
    operation(`${name}ImageUrlWithNoStore`, 'url/nostore', namedImage),
  ];
}

function quickTest(name: string, rest: string, image: ReadImage): Operation {
  const handle = async (request: ApiRequest) => {
    request.flag('store');
    return answer(request, testedIteration(request), await image(request), LARGEST_IN_BYTES.training);
  };
  return {
    name,
    api: 'training',
    method: 'POST',
    path: `/projects/{projectId}/quicktest/${rest}`,
    writes: false,
    handle,
  };
}

function servingIteration(request: ApiRequest, type: string): StoredIteration {
  const project = request.project();
  const name = request.param('publishedName');
  const iteration = [...project.iterations.values()].find((one) => one.published && one.publishName === name);
  if (iteration === undefined) throw notFound('NotFoundIteration', 'Invalid iteration');
  if (findDomain(iteration.domainId)?.type === type) return iteration;
  throw badRequest('BadRequestInvalid', 'Invalid project type for operation.');
}

/** The one that is asked for, or the last that was trained. */
function testedIteration(request: ApiRequest): StoredIteration {
  const project = request.project();
  const [id] = request.ids('iterationId', 1);
  const trained = [...project.iterations.values()].filter(({ status }) => status === 'Completed');
  if (id === undefined) {
    const last = trained.at(-1);
    if (last === undefined) throw notFound('NotFoundProjectDefaultIteration', 'The project has no trained iteration.');
    return last;
  }
  const iteration = project.iterations.get(id);
  if (iteration === undefined) throw notFound('NotFoundIteration', `There is no iteration ${id}.`);
  if (iteration.status === 'Completed') return iteration;
  throw badRequest('BadRequestIterationIsNotTrained', `${iteration.name} is not trained.`);
}

function answer(request: ApiRequest, iteration: StoredIteration, image: Buffer, largestInBytes: number) {
  if (image.length > largestInBytes) throw badRequest('BadRequestImageSizeBytes', 'The image is too large.');
  if (inspectImage(image) === null) throw badRequest('BadRequestImageFormat', 'Expected a JPEG, PNG, GIF or BMP.');
  return json(predict(request.world, request.project(), iteration, image));
}

function sentImage({ contentType, body }: ApiRequest): Promise<Buffer> {
  return Promise.resolve(parseMultipart(contentType, body)?.[0]?.bytes ?? body);
}

async function namedImage(request: ApiRequest): Promise<Buffer> {
  const { url } = request.json();
  const bytes = typeof url === 'string' ? await fetchImage(url, request.world.closing) : null;
  if (bytes === null) throw badRequest('BadRequestImageUrl', 'The image could not be fetched.');
  return bytes;
}
