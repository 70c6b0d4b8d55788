import { readFileSync } from 'node:fs';
import { SteerableTime } from '../../src/local/steerable-time.ts';
import { expectAtRest } from '../support/at-rest.ts';
import type { RunningApp } from '../support/running-app.ts';
import { Theatre, type Stage } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(1);
});
afterAll(() => theatre.close());

const IMAGES = 100_000;
const IMAGES_PER_PAGE = 256;
const PAGE_IN_SECONDS = 1.6;
/** What host.json says, which the local host holds invocations to by the time that the app sees. */
const FUNCTION_TIMEOUT_IN_SECONDS = 600;

/** So that the labels do not fall due to be read once more while they are read. */
const LONG = 'P365D';
/** Of each thread's heap: the app keeps what it needs, V8 lets little garbage lie, and 100,000 images do not fit. */
const HEAP = '--max-old-space-size=64 --max-semi-space-size=4';
/** More than one reading ever took beyond the one before it, and less than to keep what one of them read. */
const GROWTH_LIMIT_IN_MEGABYTES = 24;

/** What the process holds now, in MB; null where there is no /proc. */
function held(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** Time passes for the service and for the app alike while a page is on its way; answers what was held at each. */
function slowPages(stage: Stage, time: SteerableTime, app: RunningApp): (number | null)[] {
  const heldAtPage: (number | null)[] = [];
  for (const simulator of [stage.primary, stage.secondary]) {
    simulator.on('GetImages', 'before-reply', async () => {
      heldAtPage.push(held(app.process.pid));
      await time.advance(PAGE_IN_SECONDS * 1_000);
      await stage.advance(PAGE_IN_SECONDS);
    });
  }
  return heldAtPage;
}

/** How long each finished invocation of a function took by the time that the app sees, in seconds. */
function invocations({ process: { stderr } }: RunningApp, functionName: string): number[] {
  const ended = new RegExp(`^host: ${functionName} succeeded after (\\d+) ms`, 'gm');
  return [...stderr.matchAll(ended)].map(([, milliseconds]) => Number(milliseconds) / 1_000);
}

it('100,000 images at 1.6 s a page are copied, in invocations that end long before their time-out, with flat memory', async () => {
  const time = new SteerableTime();
  const stage = await theatre.stage({ primary: { clock: time }, secondary: { clock: time } });
  const { id } = await stage.primary.resource.addProject({
    name: 'Large',
    tags: ['flawless', 'scratch', 'dent', 'stain'].map((name) => ({ name, images: IMAGES / 4 })),
    iterations: [{ name: 'Iteration 1' }],
  });
  const app = await stage.start({ NODE_OPTIONS: HEAP, RECOVERY_POINT_OBJECTIVE: LONG });
  const heldAtPage = slowPages(stage, time, app);
  await app.sweep();
  // The host tells of it where the time-out, or the heap, ended an invocation.
  const hostError = (): string | undefined => /^host: error: .*$/m.exec(app.process.stderr)?.[0];
  const ended = await app.process.until(() => hostError() ?? app.eventsOf('project.protected')[0]);
  expect(ended).toEqual(expect.objectContaining({ event: 'project.protected' }));
  await stage.quiet();

  expect(hostError()).toBeUndefined();
  const { replica, failure } = await app.project(id);
  expect(failure).toBeNull();
  expect(replica).toMatchObject({ verifiedAt: expect.any(String) as string, differences: [] });
  expect(stage.secondary.resource.project(replica!.projectId).images.size).toBe(IMAGES);
  await expectAtRest(stage, app);
  // Each side once.
  expect(heldAtPage).toHaveLength(2 * Math.ceil(IMAGES / IMAGES_PER_PAGE));
  expect(stage.secondary.calls.of('ImportProject')).toHaveLength(1);

  const seconds = invocations(app, 'replicationWork');
  expect(app.eventsOf('step.failed')).toEqual([]);
  // All of the pages' time was counted in invocations, so it is by that time that each of them was judged.
  expect(seconds.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(heldAtPage.length * PAGE_IN_SECONDS);
  expect(Math.max(...seconds)).toBeLessThan(FUNCTION_TIMEOUT_IN_SECONDS / 2);
  // Four minutes, four, and what is left of 626 s; twice.
  expect(seconds.filter((one) => one > 60).length).toBeGreaterThanOrEqual(6);

  const samples = heldAtPage.filter((sample) => sample !== null);
  const most = (from: number, to: number): number =>
    Math.max(...samples.slice(from * samples.length, to * samples.length));
  // What was read of the source in the first half is not there at the end of the second.
  if (samples.length > 0) expect(most(0.5, 1) - most(0, 0.5)).toBeLessThan(GROWTH_LIMIT_IN_MEGABYTES);
});
