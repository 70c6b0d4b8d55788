import { createHash } from 'node:crypto';
import type { Answer } from '../answers.ts';
import { json } from '../answers.ts';
import { inspectImage } from '../image-bytes.ts';
import { addImage } from '../images.ts';
import { fetchImage } from '../fetch-image.ts';
import { parseMultipart } from '../multipart.ts';
import type { ApiRequest } from '../request.ts';
import { isRecord } from '../request.ts';
import { badRequest } from '../service-error.ts';
import type { Box, StoredImage } from '../state.ts';
import { imageJson } from '../wire.ts';
import { readBox, readIds } from './label-operations.ts';
import type { Operation } from './operation.ts';
import { write } from './operation.ts';

const IMAGES = '/projects/{projectId}/images';
const MOST_TAGS = 20;

interface Upload {
  readonly source: string;
  /** Null where they could not be read. */
  readonly bytes: Buffer | null;
  readonly tagIds: readonly string[];
  readonly regions: readonly Box[];
}

export const UPLOAD_OPERATIONS: readonly Operation[] = [
  write('POST', 'CreateImagesFromData', IMAGES, (request) => {
    const tagIds = request.ids('tagIds', MOST_TAGS);
    const files = parseMultipart(request.contentType, request.body) ?? [{ name: '', bytes: request.body }];
    const uploads = files.map(({ name, bytes }) => ({ source: `"${name}"`, bytes, tagIds, regions: [] }));
    return upload(request, uploads, {});
  }),
  write('POST', 'CreateImagesFromFiles', `${IMAGES}/files`, (request) => {
    const batch = readBatch(request);
    const uploads = batch.entries.map((entry) => ({
      source: typeof entry['name'] === 'string' ? entry['name'] : '',
      bytes: typeof entry['contents'] === 'string' ? Buffer.from(entry['contents'], 'base64') : null,
      ...labelsOf(entry, batch.tagIds),
    }));
    return upload(request, uploads, batch.metadata);
  }),
  write('POST', 'CreateImagesFromUrls', `${IMAGES}/urls`, async (request) => {
    const batch = readBatch(request);
    const uploads: Upload[] = [];
    for (const entry of batch.entries) {
      const url = typeof entry['url'] === 'string' ? entry['url'] : '';
      const bytes = await fetchImage(url, request.world.closing);
      uploads.push({ source: url, bytes, ...labelsOf(entry, batch.tagIds) });
    }
    return upload(request, uploads, batch.metadata);
  }),
];

function upload(request: ApiRequest, uploads: readonly Upload[], metadata: Record<string, string>): Answer {
  const { imagesPerBatch } = request.world.limits;
  if (uploads.length === 0) throw badRequest('BadRequestImageBatch', 'There are no images in the request.');
  if (uploads.length > imagesPerBatch) {
    throw badRequest('BadRequestExceededBatchSize', `A request holds at most ${imagesPerBatch} images.`);
  }
  const results = uploads.map((one) => store(request, one, metadata));
  const isBatchSuccessful = results.every(({ status }) => status.startsWith('OK'));
  const images = results.map(({ status, image }, index) => ({
    sourceUrl: uploads[index]?.source ?? '',
    status,
    ...(image !== null && { image: imageJson(request.world, request.project(), image) }),
  }));
  return json({ isBatchSuccessful, images }, isBatchSuccessful ? 200 : 207);
}

function store(request: ApiRequest, { bytes, tagIds, regions }: Upload, metadata: Record<string, string>) {
  const { world } = request;
  const project = request.project();
  if (bytes === null) return { status: 'ErrorSource', image: null };
  if (bytes.length > world.limits.imageInBytes) return { status: 'ErrorImageSize', image: null };
  if (regions.length > world.limits.regionsPerImage) return { status: 'ErrorRegionLimitExceed', image: null };
  const info = inspectImage(bytes);
  if (info === null) return { status: 'ErrorImageFormat', image: null };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const duplicate = [...project.images.values()].find((image) => isSameContent(image, sha256));
  if (duplicate !== undefined) return { status: 'OKDuplicate', image: duplicate };
  if (project.images.size >= world.limits.imagesPerProject) return { status: 'ErrorLimitExceed', image: null };
  const { mediaType, width, height } = info;
  const content = { kind: 'uploaded', base64: bytes.toString('base64'), sha256, mediaType } as const;
  return { status: 'OK', image: addImage(world, project, { width, height, content, tagIds, regions, metadata }) };
}

function isSameContent(image: StoredImage, sha256: string): boolean {
  return image.content.kind === 'uploaded' && image.content.sha256 === sha256;
}

function readBatch(request: ApiRequest) {
  const { images, tagIds, metadata } = request.json();
  if (!Array.isArray(images)) throw badRequest('BadRequestImageBatch', 'Expected a list of images.');
  const texts = Object.entries(isRecord(metadata) ? metadata : {}).map(([name, value]) => [name, String(value)]);
  return {
    entries: images.map((entry: unknown) => (isRecord(entry) ? entry : {})),
    tagIds: readIds(tagIds),
    metadata: Object.fromEntries(texts) as Record<string, string>,
  };
}

function labelsOf(entry: Record<string, unknown>, batchTagIds: readonly string[]) {
  const own = readIds(entry['tagIds']);
  const regions: unknown[] = Array.isArray(entry['regions']) ? entry['regions'] : [];
  return { tagIds: own.length > 0 ? own : batchTagIds, regions: regions.map(readBox) };
}
