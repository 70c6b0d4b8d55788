import type { Picture } from './image-bytes.ts';
import { renderImage } from './image-bytes.ts';
import { findModelExport, modelBytes } from './model-exports.ts';
import type { World } from './world.ts';

const THUMBNAIL_SIDE = 200;
const RESIZED_SIDE = 640;

/** The bytes of an image or of an exported model by its path, e.g. `/models/{id}`; null where there is none. */
export function readArtifact(world: World, path: string): Picture | null {
  const image = /^\/images\/([^/]+)\/([^/]+)\/(original|resized|thumbnail)$/.exec(path);
  if (image !== null) return readImage(world, image[1] ?? '', image[2] ?? '', image[3] ?? '');
  const model = /^\/models\/([^/]+)$/.exec(path);
  const found = model === null ? undefined : findModelExport(world, model[1] ?? '');
  if (found === undefined) return null;
  return { bytes: modelBytes(found.iteration, found.made), mediaType: 'application/zip' };
}

function readImage(world: World, projectId: string, imageId: string, size: string): Picture | null {
  const image = world.projects.get(projectId)?.images.get(imageId);
  if (image === undefined) return null;
  const side = { original: Infinity, resized: RESIZED_SIDE }[size] ?? THUMBNAIL_SIDE;
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const shrink = (length: number) => Math.max(1, Math.round(length * scale));
  return renderImage(image.content, shrink(image.width), shrink(image.height));
}
