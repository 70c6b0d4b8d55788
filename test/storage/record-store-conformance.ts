import { newRecord, type ReplicaRecord } from '../../src/core/facts/record.ts';
import { emptyRouting } from '../../src/core/facts/routing.ts';
import { newSweepState } from '../../src/core/facts/sweep-state.ts';
import type { RecordStore } from '../../src/replicator/ports/storage.ts';
import { decisionTests, installationTests } from './decision-conformance.ts';
import { CONFLICT, FARM, INVALID, NOW, SHOP, type RecordStoreUnderTest } from './record-store-under-test.ts';

/** What every record store promises; each test begins with an empty one. */
export function describeRecordStore(name: string, open: () => Promise<RecordStoreUnderTest>): void {
  describe(`a record store ${name}`, () => {
    let opened: RecordStoreUnderTest;
    let store: RecordStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });

    describe('versions', () => versionTests(() => store));
    describe('contents', () => contentTests(() => opened));
    describe('decisions', () => decisionTests(() => opened));
    describe('the installation', () => installationTests(() => opened));

    it('lists the projects that have a record, sorted, and nothing else', async () => {
      expect(await store.list()).toEqual([]);
      await store.record(FARM).write(newRecord(FARM, 'Farm'), null);
      await store.record(SHOP).write(newRecord(SHOP, 'Shop'), null);
      await store.sweep.write(newSweepState(NOW), null);
      await opened.put('records/notes.json', 'somebody was here');
      expect(await store.list()).toEqual([SHOP, FARM]);
    });

    it('archives the version of a record that was read, and lists it no more', async () => {
      const stored = await store.record(SHOP).write(newRecord(SHOP, 'Shop'), null);
      await store.archive(stored, new Date(NOW));
      expect(await store.list()).toEqual([]);
      expect(await store.record(SHOP).read()).toBeNull();
      expect(await opened.get(`archive/${SHOP}/2026-01-05T08-00-00.000Z.json`)).toContain('"name": "Shop"');
    });

    it('archives no record that another writer changed since', async () => {
      const stored = await store.record(SHOP).write(newRecord(SHOP, 'Shop'), null);
      await store.record(SHOP).write(newRecord(SHOP, 'Shops'), stored.etag);
      await expect(store.archive(stored, new Date(NOW))).rejects.toMatchObject({ class: 'conflict' });
      expect(await store.list()).toEqual([SHOP]);
    });

    it.each(['../sweep', '', 'Shop', `${SHOP}/x`])('takes no %p for a project id', (id) => {
      expect(() => store.record(id)).toThrow(
        expect.objectContaining({ class: 'bug', code: 'INVALID_PROJECT_ID' }) as Error,
      );
    });

    it('stops where its signal has aborted, and says why', async () => {
      const reason = new Error('the lease was lost');
      const signal = AbortSignal.abort(reason);
      await expect(store.sweep.read(signal)).rejects.toBe(reason);
      await expect(store.sweep.write(newSweepState(NOW), null, signal)).rejects.toBe(reason);
      await expect(store.list(signal)).rejects.toBe(reason);
      expect(await store.sweep.read()).toBeNull();
    });
  });
}

function versionTests(store: () => RecordStore): void {
  it('has nothing to read before the first write', async () => {
    expect(await store().record(SHOP).read()).toBeNull();
    expect(await store().sweep.read()).toBeNull();
    expect(await store().routing.read()).toBeNull();
  });

  it('reads what was written, under the version that the write answered with', async () => {
    const record: ReplicaRecord = { ...newRecord(SHOP, 'Läden & <Höfe> 店'), triggeredAt: NOW };
    const written = await store().record(SHOP).write(record, null);
    expect(written.value).toEqual(record);
    expect(await store().record(SHOP).read()).toEqual(written);
  });

  it('replaces the version that was read', async () => {
    const first = await store().record(SHOP).write(newRecord(SHOP, 'Shop'), null);
    const second = await store()
      .record(SHOP)
      .write({ ...first.value, name: 'Shops' }, first.etag);
    expect(second.etag).not.toBe(first.etag);
    expect((await store().record(SHOP).read())?.value.name).toBe('Shops');
  });

  it('refuses to create what another worker created first', async () => {
    await store().record(SHOP).write(newRecord(SHOP, 'Shop'), null);
    await expect(store().record(SHOP).write(newRecord(SHOP, 'late'), null)).rejects.toEqual(CONFLICT);
    expect((await store().record(SHOP).read())?.value.name).toBe('Shop');
  });

  it('refuses to replace what another worker has replaced since', async () => {
    const first = await store().record(SHOP).write(newRecord(SHOP, 'Shop'), null);
    await store()
      .record(SHOP)
      .write({ ...first.value, name: 'Shops' }, first.etag);
    await expect(
      store()
        .record(SHOP)
        .write({ ...first.value, name: 'late' }, first.etag),
    ).rejects.toEqual(CONFLICT);
    expect((await store().record(SHOP).read())?.value.name).toBe('Shops');
  });

  it('lets one of several writers win', async () => {
    const first = await store().record(SHOP).write(newRecord(SHOP, 'Shop'), null);
    const names = ['one', 'two', 'three', 'four'];
    const writes = names.map((name) =>
      store()
        .record(SHOP)
        .write({ ...first.value, name }, first.etag),
    );
    const outcomes = await Promise.allSettled(writes);
    const won = outcomes.filter(({ status }) => status === 'fulfilled');
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(won).toHaveLength(1);
    expect(lost).toEqual([CONFLICT, CONFLICT, CONFLICT]);
  });

  it('knows a project by its id in either case', async () => {
    await store().record(SHOP.toUpperCase()).write(newRecord(SHOP, 'Shop'), null);
    expect((await store().record(SHOP).read())?.value.name).toBe('Shop');
  });
}

function contentTests(opened: () => RecordStoreUnderTest): void {
  it('stores each document under its own name, as JSON that people can read', async () => {
    const { store, get } = opened();
    const record = newRecord(SHOP, 'Shop');
    await store.record(SHOP).write(record, null);
    await store.sweep.write(newSweepState(NOW), null);
    await store.routing.write(emptyRouting(NOW), null);
    expect(await get(`records/${SHOP}.json`)).toBe(`${JSON.stringify(record, null, 2)}\n`);
    expect(JSON.parse((await get('sweep.json'))!)).toMatchObject({ schemaVersion: 1, firstSeenAt: NOW });
    expect(JSON.parse((await get('routing.json'))!)).toEqual({ schemaVersion: 1, updatedAt: NOW, projects: {} });
  });

  it('shares nothing with what it was given or has handed out', async () => {
    const { store } = opened();
    const state = newSweepState(NOW);
    const written = await store.sweep.write(state, null);
    state.unmatchedPatterns.push('farm-*');
    written.value.unmatchedPatterns.push('shop-*');
    (await store.sweep.read())!.value.unmatchedPatterns.push('road-*');
    expect((await store.sweep.read())!.value).toEqual(newSweepState(NOW));
  });

  it('names a document that is not JSON', async () => {
    const { store, put } = opened();
    await put('sweep.json', '{ "schemaVersion": 1,');
    await expect(store.sweep.read()).rejects.toMatchObject({
      ...INVALID,
      message: 'The document sweep.json is not JSON.',
    });
  });

  it('names a document that does not fit, and what is wrong with it', async () => {
    const { store, put } = opened();
    await put(`records/${SHOP}.json`, JSON.stringify({ ...newRecord(SHOP, 'Shop'), schemaVersion: 99, name: 7 }));
    const failure: unknown = await store
      .record(SHOP)
      .read()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject(INVALID);
    expect((failure as Error).message).toMatch(
      new RegExp(`^The document records/${SHOP}.json does not fit its schema: schemaVersion: .*; name: .*\\.$`),
    );
  });

  it('refuses to store what it could not read back', async () => {
    const { store, get } = opened();
    const record = { ...newRecord(SHOP, 'Shop'), triggeredAt: 'yesterday' };
    await expect(store.record(SHOP).write(record, null)).rejects.toMatchObject(INVALID);
    expect(await get(`records/${SHOP}.json`)).toBeNull();
  });

  it('refuses to replace a document that was deleted since it was read', async () => {
    const { store, remove } = opened();
    const first = await store.sweep.write(newSweepState(NOW), null);
    await remove('sweep.json');
    await expect(store.sweep.write(first.value, first.etag)).rejects.toMatchObject({ class: 'conflict' });
    expect(await store.sweep.read()).toBeNull();
  });
}
