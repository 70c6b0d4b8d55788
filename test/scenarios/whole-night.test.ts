import { Predictor, type Answer } from '../../docs/clients/predict.ts';
import { drawPng } from '../../src/local/simulator/image-bytes.ts';
import type { Simulator } from '../../src/local/simulator/index.ts';
import type { FailoverPlan } from '../../src/core/status/failover-plan.ts';
import type { RunningApp } from '../support/running-app.ts';
import { addRose, FLOWERS, publishedOn } from '../support/scenery.ts';
import { eventually, Theatre } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(1);
});
afterAll(() => theatre.close());

const photo = new Uint8Array(drawPng('a photo', 8, 8));

function dies({ faults }: Simulator): void {
  faults.order({ operation: '*', kind: 'drop', effect: 'none', times: 'always' });
}

/** A client of the project that reads the manifest, and predicts. */
async function predicting(app: RunningApp, keys: { primary: string; secondary: string }, id: string): Promise<Answer> {
  const readManifest = async () => (await fetch(`${app.url}/api/routing`)).text();
  return new Predictor(readManifest, keys).classify(id, 'production', photo);
}

test('from all well through the death of the primary, in the middle of an import, and back to all well', async () => {
  const stage = await theatre.stage({ secondary: { delays: { importInSeconds: 2 } } });
  const { primary, secondary } = stage;
  const source = await primary.resource.addProject(FLOWERS);
  const { id } = source;
  const app = await stage.start({
    PRIMARY_PREDICTION_ENDPOINT: primary.url,
    SECONDARY_PREDICTION_ENDPOINT: secondary.url,
    APP_TITLE: 'Flowers north to west',
  });
  const predict = () => predicting(app, { primary: primary.key, secondary: secondary.key }, id);
  const headline = async () => (await app.status()).verdict.headline;

  // All is well.
  await stage.settle(app);
  expect(await headline()).toMatch(/^ALL WELL · 1 of 1 protected, 1 of 1 ready to fail over/);
  const before = await predict();
  expect(before.side).toBe('primary');

  // The primary dies in the middle of an import.
  addRose(primary, source);
  const spare = secondary.on('ImportProject', 'after-reply', () => dies(primary));
  await stage.advance(1_800);
  await app.sweep();
  await app.logged('import.begun', ({ projectId }) => projectId === id);
  await eventually('the death of the primary', () => Promise.resolve(primary.faults.list.length > 0 || undefined));
  expect((await predict()).side).toBe('secondary');

  // The verdict names it within one sweep, and the import is finished all the same.
  await stage.advance(1_800);
  await app.sweep();
  const first = await eventually('the primary in the first words', async () => {
    const words = await headline();
    return words.startsWith('PRIMARY') ? words : undefined;
  });
  expect(first).toMatch(/^PRIMARY UNREACHABLE since .* · 1 of 1 can be failed over now · at most /);
  const { attention } = await app.status();
  expect(attention.filter(({ level }) => level !== 'notice').map(({ code }) => code)).toEqual(['PRIMARY_UNREACHABLE']);
  const newer = await eventually('the copy of what was being imported', async () => {
    await stage.advance(20);
    const { replica, inFlight } = await app.project(id);
    return inFlight === null && replica !== null && secondary.calls.of('ImportProject').length === 2
      ? replica
      : undefined;
  });
  await stage.quiet();
  expect(secondary.resource.project(newer.projectId).images.size).toBe(source.images.size);

  // Plan, and fail over.
  const plan = (await app.get('/api/failover/plan')).body as FailoverPlan;
  expect(plan.projects).toMatchObject([{ projectId: id, readiness: { state: 'ready' }, publishNames: ['production'] }]);
  const who = { by: 'Ana', reason: 'the region is down' };
  expect(await app.post('/api/failover', { all: true, ...who })).toMatchObject({ status: 200 });
  expect(await headline()).toMatch(/^1 FAILED OVER since .* by Ana: “the region is down” · PRIMARY UNREACHABLE/);
  const meanwhile = await predict();
  expect(meanwhile.side).toBe('secondary');
  expect(Object.keys(meanwhile.probabilities).sort()).toEqual(Object.keys(before.probabilities).sort());

  // It comes back with newer content, then once more with older content: nothing that serves moves.
  spare();
  primary.faults.clear();
  const served = async () => {
    const route = (await app.get('/api/routing')).body;
    const copy = secondary.resource.project(newer.projectId);
    return { route, name: copy.name, published: publishedOn(copy), answer: (await predict()).probabilities };
  };
  const serving = await served();
  const returns = [
    () => addRose(primary, source),
    () => primary.resource.removeImages(id, [...source.images.keys()].slice(0, 4)),
  ];
  for (const comesBack of returns) {
    comesBack();
    await stage.advance(1_800);
    await app.sweep();
    await stage.quiet();
    expect(await served()).toEqual(serving);
    expect(await headline()).toMatch(/^1 FAILED OVER since .* by Ana/);
    await eventually('what is held back', async () => (await app.project(id)).frozen?.heldBack ?? undefined);
  }
  expect(secondary.calls.of('ImportProject')).toHaveLength(2);

  // Back, and on with copying.
  expect(await app.post('/api/failback', { all: true, by: 'Ben', reason: 'the region is up' })).toMatchObject({
    status: 200,
  });
  expect((await predict()).side).toBe('primary');
  await stage.settle(app);
  expect(secondary.calls.of('ImportProject').length).toBeGreaterThan(2);
  const { level, headline: last } = (await app.status()).verdict;
  expect(last).not.toMatch(/FAILED OVER|UNREACHABLE/);
  expect(level).not.toBe('starting');

  // The history tells all of it, by whom, and in order.
  const { entries } = (await app.get(`/api/projects/${id}/history`)).body as {
    entries: { event: string; by: string }[];
  };
  const told = entries.filter(({ event }) => ['copy.protected', 'failover', 'failback'].includes(event));
  expect(told.map(({ event, by }) => `${event} by ${by}`)).toEqual([
    ...['copy.protected by app', 'copy.protected by app'],
    ...['failover by Ana', 'failback by Ben', 'copy.protected by app'],
  ]);
});
