import type { Decision } from '../../src/core/facts/decision.ts';
import type { Installation } from '../../src/core/facts/installation.ts';
import { newRecord } from '../../src/core/facts/record.ts';
import { readInstallation } from '../../src/replicator/documents.ts';
import { CONFLICT, FARM, INVALID, NOW, SHOP, type RecordStoreUnderTest } from './record-store-under-test.ts';

const DECISION: Decision = {
  schemaVersion: 1,
  active: 'primary',
  frozen: true,
  replicaProjectId: FARM,
  releasedAt: null,
  since: NOW,
  by: 'Ada',
  reason: 'the wipe of « Läden » was a mistake',
};
const INSTALLATION: Installation = { schemaVersion: 1, id: FARM, createdAt: NOW };

/** Of what people decide; each test begins with an empty store. */
export function decisionTests(opened: () => RecordStoreUnderTest): void {
  it('has none before somebody decides', async () => {
    const { store } = opened();
    expect(await store.decision(SHOP).read()).toBeNull();
    expect(await store.listDecisions()).toEqual([]);
  });

  it('keeps each apart from the record, under the project’s id in either case', async () => {
    const { store, get } = opened();
    const written = await store.decision(SHOP.toUpperCase()).write(DECISION, null);
    expect(await store.decision(SHOP).read()).toEqual(written);
    expect(written.value).toEqual(DECISION);
    expect(await get(`decisions/${SHOP}.json`)).toBe(`${JSON.stringify(DECISION, null, 2)}\n`);
    expect(await store.record(SHOP).read()).toBeNull();
    expect(await store.list()).toEqual([]);
  });

  it('lists the projects that have one, sorted, and nothing else', async () => {
    const { store, put } = opened();
    await store.record(SHOP).write(newRecord(SHOP, 'Shop'), null);
    await store.decision(FARM).write(DECISION, null);
    await put('decisions/notes.json', 'somebody was here');
    expect(await store.listDecisions()).toEqual([FARM]);
    await store.decision(SHOP).write(DECISION, null);
    expect(await store.listDecisions()).toEqual([SHOP, FARM]);
  });

  it('outlives the record: one that is archived or lost takes no decision along', async () => {
    const { store } = opened();
    const stored = await store.record(SHOP).write(newRecord(SHOP, 'Shop'), null);
    await store.decision(SHOP).write(DECISION, null);
    await store.archive(stored, new Date(NOW));
    expect((await store.decision(SHOP).read())?.value).toEqual(DECISION);
    expect(await store.listDecisions()).toEqual([SHOP]);
  });

  it('takes none over another that was made since it was read', async () => {
    const { store } = opened();
    const first = await store.decision(SHOP).write(DECISION, null);
    await store.decision(SHOP).write({ ...DECISION, frozen: false }, first.etag);
    await expect(store.decision(SHOP).write(DECISION, first.etag)).rejects.toEqual(CONFLICT);
    await expect(store.decision(SHOP).write(DECISION, null)).rejects.toEqual(CONFLICT);
    expect((await store.decision(SHOP).read())?.value.frozen).toBe(false);
  });

  it('reads one that names neither a copy nor a release as it is meant', async () => {
    const { store, put } = opened();
    const { schemaVersion, active, frozen, since, by, reason } = DECISION;
    await put(`decisions/${SHOP}.json`, JSON.stringify({ schemaVersion, active, frozen, since, by, reason }));
    expect((await store.decision(SHOP).read())?.value).toEqual({ ...DECISION, replicaProjectId: null });
  });

  it('names one that is damaged, and stores none that it could not read back', async () => {
    const { store, put, get } = opened();
    await put(`decisions/${SHOP}.json`, JSON.stringify({ ...DECISION, frozen: 'yes' }));
    await expect(store.decision(SHOP).read()).rejects.toMatchObject({
      ...INVALID,
      message: expect.stringContaining(`decisions/${SHOP}.json`) as string,
    });
    await expect(store.decision(FARM).write({ ...DECISION, since: 'now' }, null)).rejects.toMatchObject(INVALID);
    expect(await get(`decisions/${FARM}.json`)).toBeNull();
  });

  it.each(['../sweep', '', 'Shop', `${SHOP}/x`])('takes no %p for a project id', (id) => {
    expect(() => opened().store.decision(id)).toThrow(
      expect.objectContaining({ class: 'bug', code: 'INVALID_PROJECT_ID' }) as Error,
    );
  });

  it('stops where its signal has aborted, and says why', async () => {
    const { store } = opened();
    const reason = new Error('the lease was lost');
    const signal = AbortSignal.abort(reason);
    await expect(store.decision(SHOP).read(signal)).rejects.toBe(reason);
    await expect(store.decision(SHOP).write(DECISION, null, signal)).rejects.toBe(reason);
    await expect(store.listDecisions(signal)).rejects.toBe(reason);
    expect(await store.decision(SHOP).read()).toBeNull();
  });
}

/** Of the document that names this installation; each test begins with an empty store. */
export function installationTests(opened: () => RecordStoreUnderTest): void {
  const clock = { now: () => new Date(NOW) };

  it('is named by a document of its own', async () => {
    const { store, get } = opened();
    expect(await store.installation.read()).toBeNull();
    const written = await store.installation.write(INSTALLATION, null);
    expect(await store.installation.read()).toEqual(written);
    expect(JSON.parse((await get('installation.json'))!)).toEqual(INSTALLATION);
  });

  it('is made once, whoever is first: of several processes that start together, all get the same', async () => {
    const { store } = opened();
    const guids = [SHOP, FARM, SHOP, FARM];
    const made = await Promise.all(guids.map((guid) => readInstallation(store, clock, () => guid)));
    const stored = (await store.installation.read())?.value;
    expect(made).toEqual([stored, stored, stored, stored]);
    expect(await readInstallation(store, clock, () => '11111111-1111-4111-8111-111111111111')).toEqual(stored);
  });

  it('is not made anew over a document that can’t be read', async () => {
    const { store, put, get } = opened();
    await put('installation.json', '{ "schemaVersion": 1,');
    await expect(readInstallation(store, clock, () => SHOP)).rejects.toMatchObject({
      ...INVALID,
      message: 'The document installation.json is not JSON.',
    });
    expect(await get('installation.json')).toBe('{ "schemaVersion": 1,');
  });
}
