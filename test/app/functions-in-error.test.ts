import { lookAtQueues } from '../../src/app/look-at-queues.ts';
import { health, status } from '../../src/app/queries.ts';
import { onMetrics, onSchedule } from '../../src/app/scheduled-sweep.ts';
import { SignsOfLife } from '../../src/app/signs.ts';
import { ReplicationFailure } from '../../src/core/facts/failure.ts';
import type { VisibleMessage } from '../../src/core/facts/signs.ts';
import { openedApp, type Opened } from '../support/opened-app.ts';
import { startWorld } from '../support/started-world.ts';
import type { World } from '../support/world.ts';

let world: World;
let opened: Opened;
beforeEach(async () => {
  world = await startWorld();
  opened = openedApp(world);
});

const HALF_HOUR_IN_MS = 1_800_000;
const MESSAGE: VisibleMessage = { messageId: 'first', dequeueCount: 0 };
const NEXT: VisibleMessage = { messageId: 'next', dequeueCount: 0 };

/** A sweep at the schedule's time, as the host starts it. */
async function sweepNow(): Promise<void> {
  await opened.parts.signs.ran('replicateOnSchedule', opened.deps.events);
  await onSchedule(opened);
}

async function nextSweep(): Promise<void> {
  await world.clock.advance(HALF_HOUR_IN_MS);
  world.events.length = 0;
  await sweepNow();
}

/** What health, status and what alerts are raised from say, which is the same. */
async function silent() {
  const code = await health(opened);
  const { report } = await status(opened);
  const attended = report.attention.filter((entry) => entry.code === 'FUNCTION_SILENT');
  expect(code).toBe(attended.length === 0 ? 'OK' : 'FUNCTION_SILENT');
  expect(attended).toHaveLength(report.functions.silent.length);
  return report.functions.silent.map(({ name }) => name);
}

describe.each([
  ['replicationWork', 'replication-work', 'REPLICATOR_STORAGE'],
  ['replicationWorkPoison', 'replication-work-poison', 'REPLICATOR_STORAGE'],
  ['customVisionNotifications', 'custom-vision-notifications', 'NOTIFICATION_QUEUE'],
  ['customVisionNotificationsPoison', 'custom-vision-notifications-poison', 'NOTIFICATION_QUEUE'],
])('%s in error, while messages lie in its queue', (name, queue, setting) => {
  it('is told with the sweep after the first one that saw it, and until it runs', async () => {
    opened.triggerQueues.lay(name, MESSAGE);
    await sweepNow();
    expect(await silent()).toEqual([]);
    await nextSweep();
    expect(await silent()).toEqual([name]);
    expect(world.eventsOf('function.silent')).toMatchObject([{ functionName: name, queue, silentSeconds: 1_800 }]);
    const { attention } = (await status(opened)).report;
    expect(attention).toMatchObject([
      {
        level: 'critical',
        code: 'FUNCTION_SILENT',
        about: 'app',
        message: expect.stringContaining(`The function ${name} takes nothing from its queue ${queue}`) as string,
        hint: expect.stringContaining(setting) as string,
      },
    ]);
    await opened.parts.signs.ran(name, opened.deps.events);
    expect(await silent()).toEqual([]);
    opened.triggerQueues.lay(name);
    await nextSweep();
    expect(world.eventsOf('function.silent')).toEqual([]);
  });
});

describe('a function that lives is not called silent', () => {
  it.each<[string, (sweep: number) => VisibleMessage[]]>([
    ['while a long invocation has its message, which nobody sees meanwhile', (sweep) => (sweep === 0 ? [MESSAGE] : [])],
    ['where the app was scaled to zero and takes the message once it is awake', (sweep) => (sweep === 1 ? [NEXT] : [])],
    ['where work never ends', (sweep) => [{ messageId: `message ${sweep}`, dequeueCount: 0 }, NEXT]],
    ['where a message fails again and again', (sweep) => [{ ...MESSAGE, dequeueCount: sweep }]],
    ['where its queue is empty', () => []],
  ])('%s', async (_, messagesAt) => {
    for (let sweep = 0; sweep < 4; sweep += 1) {
      opened.triggerQueues.lay('replicationWork', ...messagesAt(sweep));
      await nextSweep();
      expect([sweep, await silent()]).toEqual([sweep, []]);
    }
  });

  it('where the app was stopped for some hours, and has only just begun to run again', async () => {
    opened.triggerQueues.lay('replicationWork', MESSAGE);
    await sweepNow();
    await world.clock.advance(6 * HALF_HOUR_IN_MS);
    await nextSweep();
    expect(await silent()).toEqual([]);
    await nextSweep();
    expect(await silent()).toEqual(['replicationWork']);
  });

  it('where a schedule of once a day leaves the looks to the timer that measures', async () => {
    opened = openedApp(world, { REPLICATION_SCHEDULE: '0 0 0 * * *' });
    opened.triggerQueues.lay('replicationWork', MESSAGE);
    for (const expected of [[], ['replicationWork']]) {
      await opened.parts.signs.ran('tellMetrics', opened.deps.events);
      await onMetrics(opened);
      expect(await silent()).toEqual(expected);
      await world.clock.advance(12 * HALF_HOUR_IN_MS);
    }
  });
});

describe('a queue that can be neither looked at nor made', () => {
  const refused = new ReplicationFailure('Making the queue custom-vision-notifications failed with 403.', {
    ...{ class: 'auth', code: 'AuthorizationPermissionMismatch', hint: 'Check the roles.' },
  });

  it('is told on status and as an event, and keeps nothing else from being told', async () => {
    opened.triggerQueues.fail('customVisionNotifications', refused);
    opened.triggerQueues.lay('replicationWork', MESSAGE);
    await onMetrics(opened);
    expect(world.eventsOf('sweep.task.failed')).toMatchObject([{ task: 'queues', code: refused.code }]);
    expect(world.eventsOf('sweep.metrics')).toHaveLength(1);
    await world.clock.advance(HALF_HOUR_IN_MS - 1_000);
    await onMetrics(opened);
    const { report } = await status(opened);
    expect(report.attention).toMatchObject([
      { code: 'FUNCTION_SILENT', message: expect.stringContaining('replicationWork') as string },
      { code: 'QUEUE_UNAVAILABLE', about: 'storage', hint: 'Check the roles.', since: '2026-03-01T08:00:00.000Z' },
    ]);
    opened.triggerQueues.lay('customVisionNotifications');
    await onMetrics(opened);
    expect((await status(opened)).report.functions.unavailableQueues).toEqual([]);
  });

  it('fails no sweep, and neither does a container that can’t be made', async () => {
    opened.triggerQueues.fail('customVisionNotifications', refused);
    const ensureExportContainer = () => Promise.reject(refused);
    await onSchedule({ ...opened, parts: { ...opened.parts, ensureExportContainer } });
    expect(world.eventsOf('sweep.task.failed')).toMatchObject([{ task: 'queues' }, { task: 'container' }]);
    expect(world.eventsOf('sweep.metrics')).toHaveLength(1);
  });

  it('for a moment only is told as an event alone', async () => {
    const away = new ReplicationFailure('No answer.', {
      class: 'transient',
      code: 'STORAGE_UNREACHABLE',
      hint: 'Wait.',
    });
    opened.triggerQueues.fail('replicationWork', away);
    await expect(lookAtQueues(opened, 1_000)).rejects.toBe(away);
    expect((await status(opened)).report.functions.unavailableQueues).toEqual([]);
  });
});

describe('a sign of life', () => {
  const ran = (signs: SignsOfLife, name: string) => signs.ran(name, opened.deps.events);
  const process = () => new SignsOfLife(world.store.signs, world.deps.clock, 'custom-vision-notifications', 50);
  const stored = async () => (await world.store.signs.read())?.value.ranAt;

  it('is written at most every five minutes for each function, and for no other than a timer’s or a queue’s', async () => {
    const signs = process();
    await ran(signs, 'status');
    expect(world.store.writes).toBe(0);
    await ran(signs, 'replicationWork');
    await ran(signs, 'replicationWorkPoison');
    const { writes } = world.store;
    expect(Object.keys((await stored()) ?? {})).toEqual(['replicationWork', 'replicationWorkPoison']);
    await world.clock.advance(299_000);
    await ran(signs, 'replicationWork');
    expect(world.store.writes).toBe(writes);
    await world.clock.advance(1_000);
    await ran(signs, 'replicationWork');
    expect((await stored())?.['replicationWork']).toBe('2026-03-01T08:05:00.000Z');
  });

  it('of one process does not undo that of another which writes at the same moment', async () => {
    await Promise.all(
      ['replicationWork', 'customVisionNotifications', 'tellMetrics'].map((name) => ran(process(), name)),
    );
    expect(Object.keys((await stored()) ?? {}).sort()).toEqual([
      'customVisionNotifications',
      'replicationWork',
      'tellMetrics',
    ]);
  });

  it('that can’t be stored fails no invocation, and is told', async () => {
    world.store.put('signs.json', 'no JSON');
    await ran(process(), 'replicationWork');
    const hanging = { ...world.store.signs, read: () => new Promise<never>(() => undefined) };
    await ran(new SignsOfLife(hanging, world.deps.clock, 'q', 20), 'tellMetrics');
    expect(world.eventsOf('function.sign.failed')).toMatchObject([
      { functionName: 'replicationWork', code: 'INVALID_DOCUMENT' },
      { functionName: 'tellMetrics', code: 'STORAGE_UNREACHABLE' },
    ]);
  });
});

it('a sweep that is overdue says whether its function ran', async () => {
  const message = async () =>
    (await status(opened)).report.attention.find(({ code }) => code === 'SWEEP_OVERDUE')?.message;
  await sweepNow();
  await world.clock.advance(3 * HALF_HOUR_IN_MS);
  expect(await message()).toContain('the function replicateOnSchedule has not run since 1 h');
  const list = world.store.list.bind(world.store);
  world.store.list = () => Promise.reject(new Error('The records cannot be listed.'));
  await expect(sweepNow()).rejects.toThrow();
  world.store.list = list;
  expect(await message()).toContain('the function replicateOnSchedule ran 0 s ago and did not complete it');
});
