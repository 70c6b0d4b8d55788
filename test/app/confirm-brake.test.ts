import { confirmBrake } from '../../src/app/triggers.ts';
import type { SweepState } from '../../src/core/facts/sweep-state.ts';
import { updateSweepState } from '../../src/replicator/documents.ts';
import { openedApp } from '../support/opened-app.ts';
import { startWorld } from '../support/started-world.ts';

type Brake = SweepState['brake'];
type Kind = NonNullable<Brake>['kind'];

const brakeOf = (kind: Kind): Brake => ({
  ...{ kind, since: '2026-03-01T12:00:00.000Z', accepted: 0, missing: 0, confirmedAt: null },
});

const cases: readonly [words: string, brake: Brake, answer: string, isConfirmed: boolean][] = [
  ['a short list may be meant so', brakeOf('short-list'), 'confirmed', true],
  ['a secondary with others’ copies may be meant so', brakeOf('other-copies'), 'confirmed', true],
  ['no resource is its own secondary, whoever says so', brakeOf('one-resource'), 'one-resource', false],
  ['where nothing is taken for a fault there is nothing to confirm', null, 'none', false],
];

test.each(cases)('%s', async (_words, brake, answer, isConfirmed) => {
  const world = await startWorld();
  const opened = openedApp(world);
  const { store, clock } = opened.deps;
  await updateSweepState(store, clock, (state) => ({ ...state, brake }));
  expect(await confirmBrake(opened)).toBe(answer);
  const stored = (await store.sweep.read())?.value.brake ?? null;
  expect((stored?.confirmedAt ?? null) !== null).toBe(isConfirmed);
});
