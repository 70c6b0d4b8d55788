import { newSweepState } from '../../src/core/facts/sweep-state.ts';
import { updateSweepState } from '../../src/replicator/documents.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { MemoryRecordStore } from '../support/memory-storage.ts';

const clock = new ManualClock();

describe('what sweeps and notifications leave', () => {
  it('is made where there is none', async () => {
    const store = new MemoryRecordStore();
    const made = await updateSweepState(store, clock, (state) => state);
    expect(made).toEqual(newSweepState(clock.now().toISOString()));
    expect(store.writes).toBe(1);
  });

  it('is written where something of it changes, and left alone where nothing does', async () => {
    const store = new MemoryRecordStore();
    await updateSweepState(store, clock, (state) => ({ ...state, problem: 'the list is short' }));
    const same = await updateSweepState(store, clock, (state) => state);
    expect(same.problem).toBe('the list is short');
    expect(store.writes).toBe(1);
  });
});
