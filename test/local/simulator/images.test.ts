import { drawPng, inspectImage } from '../../../src/local/simulator/image-bytes.ts';
import { ManualClock, startSimulator } from '../../../src/local/simulator/index.ts';
import { call, simulatorsToClose } from './client.ts';

const opened = simulatorsToClose();

async function labelled() {
  const clock = new ManualClock();
  const simulator = opened(await startSimulator({ clock }));
  const { id } = await simulator.resource.addProject({
    name: 'a',
    tags: [
      { name: 'cat', images: 30 },
      { name: 'dog', images: 30 },
    ],
    untaggedImages: 240,
  });
  const tags = (await call(simulator, `GET /projects/${id}/tags`)).value as { id: string; imageCount: number }[];
  return { simulator, clock, path: `/projects/${id}`, tags, id };
}

describe('images', () => {
  test('come fifty at a time, at most 256, newest first', async () => {
    const { simulator, path, id } = await labelled();
    const ids = async (query: Record<string, string>) =>
      ((await call(simulator, `GET ${path}/images`, { query })).value as { id: string }[]).map((image) => image.id);
    const oldestFirst = [...simulator.resource.project(id).images.keys()];
    expect(await ids({})).toEqual(oldestFirst.slice(-50).reverse());
    const pages = [await ids({ take: '256', orderBy: 'Oldest' }), await ids({ skip: '256', orderBy: 'Oldest' })];
    expect(pages.flat()).toEqual(oldestFirst);
    const tooMany = await call(simulator, `GET ${path}/images`, { query: { take: '257' } });
    expect(tooMany.json.code).toBe('BadRequestExceededBatchSize');
  });

  test('are filtered and counted by tags and tagging status', async () => {
    const { simulator, path, tags } = await labelled();
    const count = async (query: Record<string, string>) =>
      (await call(simulator, `GET ${path}/images/count`, { query })).value as number;
    expect(await count({})).toBe(300);
    expect(await count({ taggingStatus: 'Tagged' })).toBe(60);
    expect(await count({ taggingStatus: 'untagged' })).toBe(240);
    expect(await count({ tagIds: tags[0]!.id })).toBe(30);
    expect(await count({ tagIds: `${tags[0]!.id},${tags[1]!.id}` })).toBe(60);
    expect((await call(simulator, `GET ${path}/images/tagged/count`)).json).toBe(60);
    expect(tags.map((tag) => tag.imageCount)).toEqual([30, 30]);
  });

  test('are real pictures behind their URIs, which need no key and must not be changed', async () => {
    const { simulator, path } = await labelled();
    const [image] = (await call(simulator, `GET ${path}/images`)).value as Record<string, string>[];
    const fetchBytes = async (uri: string) => Buffer.from(await (await fetch(uri)).arrayBuffer());
    const original = await fetchBytes(image!['originalImageUri']!);
    expect(inspectImage(original)).toEqual({ mediaType: 'image/png', width: 640, height: 480 });
    expect(await fetchBytes(image!['originalImageUri']!)).toEqual(original);
    expect(inspectImage(await fetchBytes(image!['thumbnailUri']!))).toMatchObject({ width: 200, height: 150 });
    const forged = await fetch(image!['originalImageUri']!.replace(/sig=./, 'sig=-'));
    expect(forged.status).toBe(403);
  });

  test('are uploaded as a form, as bytes and in a batch, and known again', async () => {
    const simulator = opened(await startSimulator());
    const { id, tags } = await simulator.resource.addProject({ name: 'a', tags: [{ name: 'cat' }] });
    const tagIds = [...tags.keys()][0]!;
    const picture = drawPng('picture', 33, 21);
    const form = new FormData();
    form.append('imageData', new Blob([new Uint8Array(picture)]), 'one.png');
    form.append('imageData', new Blob(['not a picture at all, by any means']), 'two.txt');
    const both = await call(simulator, `POST /projects/${id}/images`, { query: { tagIds }, body: form });
    expect(both.status).toBe(207);
    expect(both.json.images[0]).toMatchObject({
      status: 'OK',
      image: { width: 33, height: 21, tags: [{ tagName: 'cat' }] },
    });
    expect(both.json.images[1]).toEqual({ sourceUrl: '"two.txt"', status: 'ErrorImageFormat' });
    const raw = await call(simulator, `POST /projects/${id}/images`, {
      body: new Uint8Array(picture),
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(raw.json.images[0]!.status).toBe('OKDuplicate');
    const contents = drawPng('another', 10, 10).toString('base64');
    const batch = await call(simulator, `POST /projects/${id}/images/files`, {
      body: { images: [{ name: 'b', contents, regions: [{ tagId: tagIds, left: 0, top: 0, width: 1, height: 1 }] }] },
    });
    expect(batch.json.images[0]!.image.regions[0]).toMatchObject({ tagName: 'cat', width: 1 });
    const uploaded = await fetch(both.json.images[0]!.image.originalImageUri);
    expect(Buffer.from(await uploaded.arrayBuffer())).toEqual(picture);
  });

  test('are fetched from an address on this machine, and from nowhere else', async () => {
    const { simulator, path } = await labelled();
    const [image] = (await call(simulator, `GET ${path}/images`)).value as Record<string, string>[];
    const { id } = await simulator.resource.addProject({ name: 'b' });
    const body = { images: [{ url: image!['originalImageUri'] }, { url: 'http://192.0.2.1/a.png' }] };
    const reply = await call(simulator, `POST /projects/${id}/images/urls`, { body });
    expect(reply.json.images.map((result: { status: string }) => result.status)).toEqual(['OK', 'ErrorSource']);
  });

  test('are tagged, given regions, and relieved of both', async () => {
    const simulator = opened(await startSimulator());
    const project = await simulator.resource.addProject({
      name: 'a',
      type: 'ObjectDetection',
      tags: [{ name: 'cat' }],
    });
    const [image] = simulator.resource.addImages(project.id, 1);
    const [tagId] = [...project.tags.keys()];
    const path = `/projects/${project.id}/images`;
    const entry = { imageId: image!.id, tagId };
    const tag = () => call(simulator, `POST ${path}/tags`, { body: { tags: [entry] } });
    expect((await tag()).json).toEqual({ created: [entry], duplicated: [], exceeded: [] });
    expect((await tag()).json).toEqual({ created: [], duplicated: [entry], exceeded: [] });
    const region = { ...entry, left: 0.25, top: 0.25, width: 0.5, height: 0.5 };
    const drawn = await call(simulator, `POST ${path}/regions`, { body: { regions: [region] } });
    const outside = await call(simulator, `POST ${path}/regions`, { body: { regions: [{ ...region, left: 2 }] } });
    expect(outside.json.code).toBe('BadRequestImageRegions');
    expect(image!.regions).toHaveLength(1);
    const regionIds = drawn.json.created[0]!.regionId;
    await call(simulator, `DELETE ${path}/regions`, { query: { regionIds } });
    expect([image!.regions.length, image!.tags.size]).toEqual([0, 0]);
  });

  test('are deleted by id or all together', async () => {
    const { simulator, path, id } = await labelled();
    const [first] = simulator.resource.project(id).images.keys();
    expect((await call(simulator, `DELETE ${path}/images`, { query: { imageIds: first! } })).status).toBe(204);
    expect((await call(simulator, `GET ${path}/images/count`)).json).toBe(299);
    expect((await call(simulator, `DELETE ${path}/images`, { query: { allImages: 'true' } })).status).toBe(202);
    expect((await call(simulator, `GET ${path}/images/count`)).json).toBe(0);
  });

  test.each(['yes', 'no'] as const)('move lastModified of the project when they are edited: %s', async (moves) => {
    const { simulator, clock, path, id } = await labelled();
    simulator.setUnknowns({ editsBumpLastModified: moves });
    const lastModified = async () => (await call(simulator, `GET ${path}`)).json.lastModified;
    const before = await lastModified();
    await clock.advance(1000);
    simulator.resource.addImages(id, 1);
    expect((await lastModified()) !== before).toBe(moves === 'yes');
  });

  test('of a tag that is deleted lose it', async () => {
    const { simulator, path, tags } = await labelled();
    expect((await call(simulator, `DELETE ${path}/tags/${tags[0]!.id}`)).status).toBe(204);
    expect((await call(simulator, `GET ${path}/images/untagged/count`)).json).toBe(270);
    const taken = await call(simulator, `POST ${path}/tags`, { query: { name: 'dog' } });
    expect(taken.json.code).toBe('BadRequestTagNameNotUnique');
  });
});
