import { statusContract } from '../support/contract.ts';
import { CARS } from '../support/scenery.ts';
import { Theatre } from '../support/stage.ts';

jest.setTimeout(120_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(1);
});
afterAll(() => theatre.close());

const BY = { by: 'Ada', reason: 'the wipe was a mistake' };
const NOBODY = 'b2d6b6c3-5a51-4d1c-9d0a-3f8c4f9e1a77';

test('a wiped project keeps its good copy, which a person puts back into use, and later releases', async () => {
  const stage = await theatre.stage({ env: { GENERATIONS_TO_KEEP: '1' } });
  const source = await stage.primary.resource.addProject(CARS);
  const { id } = source;
  const app = await stage.start();
  await stage.settle(app);
  const good = (await app.project(id)).replica;
  expect(await app.post(`/api/projects/${id}/release`, BY)).toMatchObject({ body: { code: 'NOTHING_TO_RELEASE' } });

  stage.primary.resource.removeImages(id, [...source.images.keys()]);
  await stage.settle(app);
  await stage.settle(app);
  const wiped = statusContract.parse(await app.status());
  expect(wiped.projects[0]).toMatchObject({ sync: 'in-sync', pinned: 1, frozen: null });
  expect(wiped.projects[0]?.pinnedCopies).toMatchObject([{ projectId: good?.projectId, inUse: false }]);
  expect(wiped.projects[0]?.replica?.projectId).not.toBe(good?.projectId);
  const [shrank] = wiped.attention;
  expect(shrank).toMatchObject({ level: 'critical', code: 'CONTENT_SHRANK', projectId: id });
  expect(await pageOf(app.url)).toContain('CONTENT_SHRANK');

  // What the hint says is what is called.
  const [restore = '', release = ''] = [...(shrank?.hint.matchAll(/POST (\S+(?:restore|release))/g) ?? [])]
    .map(([, path = '']) => path)
    .sort()
    .reverse();
  expect(await app.post(restore, { by: 'Ada' })).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
  expect(await app.post(`/api/replicas/${NOBODY}/restore`, BY)).toMatchObject({ body: { code: 'NO_SUCH_PROJECT' } });
  expect(await app.post(restore, BY)).toMatchObject({ status: 202, body: { projectId: id } });
  await app.logged('copy.promoted', ({ because }) => because === 'restored');
  await app.sweep();
  await stage.quiet();
  const frozen = statusContract.parse(await app.status());
  expect(frozen.projects[0]).toMatchObject({ sync: 'behind', replica: { projectId: good?.projectId } });
  // How far behind is known: the copy holds what a look at the source saw.
  expect(frozen.summary.worstLagSeconds).toBeGreaterThan(0);
  expect(frozen.projects[0]?.frozen).toMatchObject({ ...BY, heldBack: 'what the primary holds now is not copied' });
  expect(codesOf(frozen)).toEqual(['PROJECT_FROZEN']);
  expect((await app.get('/api/routing')).body).toMatchObject({
    projects: { [id]: { secondary: { projectId: good?.projectId } } },
  });
  const story = (await app.get(`/api/projects/${id}`)).body as { decision: object; copies: object[] };
  expect(story.decision).toMatchObject({ frozen: true, replicaProjectId: good?.projectId, ...BY });
  expect(story.copies[0]).toMatchObject({ reason: 'current: routing names it' });

  expect(await app.post(release, { by: 'Ada', reason: 'the project is to be small' })).toMatchObject({ status: 202 });
  await stage.settle(app);
  await stage.settle(app);
  // The primary is as small as before: what is copied from it shrinks again, and that is accepted by itself.
  expect(await app.project(id)).toMatchObject({ sync: 'in-sync', frozen: null, pinned: 1 });
  expect(await app.post(release, BY)).toMatchObject({ status: 202 });
  await stage.settle(app);
  const released = statusContract.parse(await app.status());
  expect(codesOf(released)).toEqual([]);
  expect(released.projects[0]).toMatchObject({ sync: 'in-sync', frozen: null, pinned: 0 });
  expect(await app.post(release, BY)).toMatchObject({ status: 409, body: { code: 'NOTHING_TO_RELEASE' } });

  // A year later, without logs: what was copied, and who decided what.
  const { body } = await app.get(`/api/projects/${id}/history`);
  const { entries } = body as { entries: { event: string; by: string; reason: string | null }[] };
  const decided = entries.filter(({ by }) => by !== 'app');
  expect(decided).toMatchObject([
    { event: 'copy.restored', ...BY },
    { event: 'copy.released', by: 'Ada', reason: 'the project is to be small' },
    { event: 'copy.released', ...BY },
  ]);
  const events = entries.map(({ event }) => event);
  expect(events.slice(0, 1)).toEqual(['import.begun']);
  expect(events).toEqual(expect.arrayContaining(['copy.protected', 'run.ended', 'copy.pinned', 'copy.promoted']));
  expect(events.filter((event) => event === 'import.begun').length).toBe(
    events.filter((event) => event === 'run.ended').length,
  );
  const all = (await app.get('/api/history?since=2020-01-01')).body as { entries: object[] };
  expect(all.entries.length).toBeGreaterThanOrEqual(entries.length);
  expect(await app.get('/api/history?since=soon')).toMatchObject({ status: 400, body: { code: 'BAD_REQUEST' } });
  expect(await app.get(`/api/projects/${NOBODY}/history`)).toMatchObject({ status: 404 });
  const csv = await fetch(`${app.url}/api/projects/${id}/history`, { headers: { accept: 'text/csv' } });
  expect(csv.headers.get('content-type')).toContain('text/csv');
  const [head, first] = (await csv.text()).split('\r\n');
  expect(head).toMatch(/^at,event,projectId/);
  expect(first).toContain(',import.begun,');
});

/** All but that the schedule of these tests fires only when it is asked to. */
function codesOf({ attention }: { attention: readonly { readonly code: string }[] }): string[] {
  return attention.map(({ code }) => code).filter((code) => code !== 'SCHEDULE_SPARSE');
}

async function pageOf(url: string): Promise<string> {
  return (await fetch(`${url}/api/status`, { headers: { accept: 'text/html' } })).text();
}
