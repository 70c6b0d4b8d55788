import { parseFault, startSimulator, ManualClock, type FaultOrder } from '../../../src/local/simulator/index.ts';
import { call, simulatorsToClose } from './client.ts';

const opened = simulatorsToClose();

async function started() {
  const clock = new ManualClock();
  const simulator = opened(await startSimulator({ clock, delays: { importInSeconds: 10 } }));
  const order = (fault: object, operation = 'CreateProject') =>
    simulator.faults.order({ operation, ...fault } as FaultOrder);
  let count = 0;
  const create = () => call(simulator, 'POST /projects', { query: { name: `project ${(count += 1)}` } });
  const effects = () => simulator.resource.projects.length;
  return { simulator, clock, order, create, effects };
}

describe('a fault', () => {
  test.each([
    ['flat', '{"code":"ErrorUnknown","message":"m"}'],
    ['nested', '{"error":{"code":"ErrorUnknown","message":"m"}}'],
    ['status-code', '{"statusCode":503,"message":"m"}'],
    ['empty', ''],
  ])('answers in the %s shape', async (shape, text) => {
    const { order, create, effects } = await started();
    order({ kind: 'answer', status: 503, shape, message: 'm', headers: { 'retry-after': '7' } });
    const reply = await create();
    expect([reply.status, reply.text, reply.headers.get('retry-after'), effects()]).toEqual([503, text, '7', 0]);
    expect((await create()).status).toBe(200);
  });

  test('answers with a page of HTML, or after the effect', async () => {
    const { order, create, effects } = await started();
    order({ kind: 'answer', status: 502, shape: 'html' });
    order({ kind: 'answer', status: 500, effect: 'done' });
    expect((await create()).headers.get('content-type')).toContain('text/html');
    expect(effects()).toBe(0);
    expect([(await create()).status, effects()]).toEqual([500, 1]);
  });

  test('throttles with the header or with text alone', async () => {
    const { order, create } = await started();
    order({ kind: 'throttle', afterInSeconds: 9, toldBy: 'header' });
    order({ kind: 'throttle', afterInSeconds: 9, toldBy: 'text' });
    const [header, text] = [await create(), await create()];
    expect([header.status, header.headers.get('retry-after'), header.text.includes('9 seconds')]).toEqual([
      429,
      '9',
      false,
    ]);
    expect([text.status, text.headers.get('retry-after'), text.text.includes('9 seconds')]).toEqual([429, null, true]);
  });

  test.each([
    ['none', 0],
    ['done', 1],
  ])('drops the connection with the effect %s', async (effect, expected) => {
    const { simulator, order, create, effects } = await started();
    order({ kind: 'drop', effect });
    await expect(create()).rejects.toThrow('fetch failed');
    expect(effects()).toBe(expected);
    expect(simulator.calls.all.at(-1)).toMatchObject({ operation: 'CreateProject', status: null, fault: 'drop' });
  });

  test('lets the effect surface later', async () => {
    const { simulator, clock, order } = await started();
    const { id } = await simulator.resource.addProject({ name: 'a', tags: [{ name: 't', images: 4 }] });
    const { token } = (await call(simulator, `GET /projects/${id}/export`)).value as { token: string };
    order({ kind: 'late-effect', lateInMs: 300_000 }, 'ImportProject');
    const query = { token, name: 'late' };
    await expect(call(simulator, 'POST /projects/import', { query })).rejects.toThrow('fetch failed');
    await clock.advance(299_999);
    expect(simulator.resource.projects).toHaveLength(1);
    await clock.advance(1);
    expect(simulator.resource.projectNamed('late').status).toBe('Importing');
    await clock.advance(10_000);
    expect(simulator.resource.projectNamed('late')).toMatchObject({ status: 'Succeeded' });
  });

  test('never answers', async () => {
    const { simulator, order, effects } = await started();
    order({ kind: 'timeout', effect: 'done' });
    const given = { query: { name: 'a' }, signal: AbortSignal.timeout(100) };
    await expect(call(simulator, 'POST /projects', given)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(effects()).toBe(1);
  });

  test('cuts the body, or sends something that is not JSON, after the effect', async () => {
    const { order, create, effects } = await started();
    order({ kind: 'truncate' });
    order({ kind: 'not-json' });
    await expect(create()).rejects.toThrow('terminated');
    const reply = await create();
    expect([reply.status, effects()]).toEqual([200, 2]);
    expect(() => reply.value).toThrow(SyntaxError);
  });

  test('lists the projects as they were when it was ordered', async () => {
    const { simulator, order, create } = await started();
    await create();
    order({ kind: 'stale' }, 'GetProjects');
    await create();
    const lengths = [];
    for (let time = 0; time < 2; time += 1) lengths.push(((await call(simulator, 'GET /projects')).value as []).length);
    expect(lengths).toEqual([1, 2]);
  });

  test('takes effect twice and answers once', async () => {
    const { simulator, order } = await started();
    const { id } = await simulator.resource.addProject({ name: 'a' });
    const { token } = (await call(simulator, `GET /projects/${id}/export`)).value as { token: string };
    order({ kind: 'twice' }, 'ImportProject');
    const reply = await call(simulator, 'POST /projects/import', { query: { token, name: 'copy' } });
    expect(reply.json.name).toBe('copy');
    expect(simulator.resource.projects.map(({ name }) => name)).toEqual(['a', 'copy', 'copy (1)']);
  });

  test('holds the answer back until its time is over', async () => {
    const { simulator, clock, order, create, effects } = await started();
    order({ kind: 'delay', delayInMs: 5000 });
    const reply = create();
    while (clock.pending === 0) await new Promise(setImmediate);
    expect(effects()).toBe(0);
    await clock.advance(5000);
    expect((await reply).status).toBe(200);
    expect(simulator.calls.all).toHaveLength(1);
  });

  test('comes after as many calls, as often and on such paths as was ordered', async () => {
    const { simulator, create } = await started();
    simulator.faults.order({ operation: '*', kind: 'answer', status: 500, skip: 1, times: 2, pathContains: 'name=' });
    const statuses = [];
    for (let time = 0; time < 4; time += 1) {
      statuses.push((await create()).status, (await call(simulator, 'GET /projects')).status);
    }
    expect(statuses).toEqual([200, 200, 500, 200, 500, 200, 200, 200]);
    simulator.faults.order({ operation: '*', kind: 'answer', status: 500, times: 'always' });
    expect([(await create()).status, (await create()).status, simulator.faults.list.length]).toEqual([500, 500, 1]);
    simulator.faults.clear();
    expect((await create()).status).toBe(200);
  });

  test.each<[string, object]>([
    ['an unknown operation', { operation: 'Explode', kind: 'timeout' }],
    ['an unknown kind', { operation: 'GetProjects', kind: 'explode' }],
    ['a stale answer of anything but the list', { operation: 'GetTags', kind: 'stale' }],
    ['an ending of what begins nothing', { operation: 'GetTags', kind: 'never-ends' }],
  ])('is refused for %s', async (_, fault) => {
    const { simulator } = await started();
    expect(() => simulator.faults.order(fault as FaultOrder)).toThrow(RangeError);
  });
});

describe('a fault in text', () => {
  test.each<[string, FaultOrder]>([
    ['ImportProject:drop-after-effect:1', { operation: 'ImportProject', times: 1, kind: 'drop', effect: 'done' }],
    ['ImportProject:drop-before-effect', { operation: 'ImportProject', times: 1, kind: 'drop' }],
    ['ImportProject:late-effect=1.5:2', { operation: 'ImportProject', times: 2, kind: 'late-effect', lateInMs: 1500 }],
    ['*:status=503:always', { operation: '*', times: 'always', kind: 'answer', status: 503 }],
    ['GetProjects:stale', { operation: 'GetProjects', times: 1, kind: 'stale' }],
  ])('%s is read', (text, order) => {
    expect(parseFault(text)).toEqual(order);
  });

  test.each([
    'ImportProject',
    'ImportProject:explode',
    'A:status',
    'A:stale=1',
    'A:status=x',
    'A:stale:0',
    'A:stale:1:2',
  ])('%s is refused with what is expected', (text) => {
    expect(() => parseFault(text)).toThrow(/is not a fault\. Expected /);
  });
});

describe('a hook', () => {
  test('runs before the effect, before the answer and after it, until it is taken off', async () => {
    const { simulator, create, effects } = await started();
    const seen: unknown[] = [];
    const phases = ['before-effect', 'before-reply', 'after-reply'] as const;
    const off = phases.map((phase) =>
      simulator.on('CreateProject', phase, ({ status }) => void seen.push([phase, effects(), status])),
    );
    await create();
    expect(seen).toEqual([
      ['before-effect', 0, null],
      ['before-reply', 1, null],
      ['after-reply', 1, 200],
    ]);
    for (const takeOff of off) takeOff();
    await create();
    expect(seen).toHaveLength(3);
  });
});
