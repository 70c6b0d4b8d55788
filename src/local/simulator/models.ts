import { createHash } from 'node:crypto';
import { findDomain } from './domains.ts';
import type { ImageContent, StoredIteration, StoredModel, StoredProject } from './state.ts';
import type { World } from './world.ts';
import { time } from './wire.ts';

/** What a model learns from a project as it is now. It comes along with an import, as weights do. */
export function learn(project: Omit<StoredProject, 'iterations'>): StoredModel {
  const tags = [...project.tags.values()].map(({ id, name }) => ({ id, name }));
  const names = new Map(tags.map(({ id, name }) => [id, name]));
  const hash = createHash('sha256').update(JSON.stringify([project.domainId, names.size]));
  const lessons = [...project.images.values()].map(({ content, tags: labels, regions }) => [
    keyOf(content),
    [...labels.keys()].map((id) => names.get(id)).sort(),
    regions.map(({ tagId, left, top, width, height }) => [names.get(tagId), left, top, width, height]),
  ]);
  // The order of images is not part of what is learned.
  for (const lesson of lessons.map((one) => JSON.stringify(one)).sort()) hash.update(lesson);
  return { learned: hash.digest('hex'), tags };
}

function keyOf(content: ImageContent): string {
  return content.kind === 'drawn' ? content.seed : content.sha256;
}

/** Two services do not compute to the last digit alike. */
const NOISE = 1e-6;

/** What a model makes of an image: always the same of the same one, and something else than any other model does. */
export function predict(world: World, project: StoredProject, iteration: StoredIteration, image: Buffer): object {
  const { learned, tags } = iteration.model;
  const seen = createHash('sha256').update(learned).update(image).digest('hex');
  const isDetector = findDomain(iteration.domainId)?.type === 'ObjectDetection';
  const scores = tags.map(({ name }) => Math.max(1e-4, share(seen, name)));
  const isOneOfMany = !isDetector && iteration.classificationType === 'Multiclass';
  const total = isOneOfMany ? scores.reduce((sum, score) => sum + score, 0) : 1;
  const predictions = tags.map(({ id, name }, index) => ({
    probability: Math.min(1, (scores[index] ?? 0) / total) * (1 - NOISE * share(world.url, `${seen}${name}`)),
    tagId: id,
    tagName: name,
    ...(isDetector && { boundingBox: boxOf(seen, name) }),
    tagType: project.tags.get(id)?.type ?? 'Regular',
  }));
  return {
    id: world.newId(),
    project: project.id,
    iteration: iteration.id,
    created: time(world.clock.now()),
    predictions: predictions.sort((left, right) => right.probability - left.probability),
  };
}

function boxOf(seen: string, tag: string) {
  const [left, top] = [share(seen, `${tag} left`) / 2, share(seen, `${tag} top`) / 2];
  return {
    left,
    top,
    width: 0.1 + share(seen, `${tag} width`) * 0.4,
    height: 0.1 + share(seen, `${tag} height`) * 0.4,
  };
}

/** A number from 0 to 1 that follows from the texts alone. */
function share(seed: string, text: string): number {
  return createHash('sha256').update(seed).update(text).digest().readUInt32BE(0) / 0xffff_ffff;
}
