import type { PlanInput } from '../../../src/core/plan/types.ts';
import { secondsBetween } from '../../../src/core/facts/time.ts';
import { after, aRecord, aDiscard, aRecordInSync, aRun, runAfter, timeAfter } from '../../support/builders.ts';
import { planFor } from '../../support/planning.ts';

function plan(record: PlanInput['record']) {
  return planFor(record, {}, { now: after(0) });
}

describe('what is planned first', () => {
  test('is a look at the source, for a project of which nothing is known', () => {
    expect(plan(aRecord())).toEqual({ kind: 'look', at: 'source' });
  });

  test('is a look at the source, for a project with a copy', () => {
    expect(plan(aRecordInSync())).toEqual({ kind: 'look', at: 'source' });
  });

  test('is a look at the source again, where the import was refused for certain and nothing was made', () => {
    expect(plan(aRecord({ run: aRun({ intent: null }) }))).toEqual({ kind: 'look', at: 'source' });
  });

  test('is a look at the target, where the outcome of an import is not known', () => {
    expect(plan(aRecordInSync({ run: aRun() }))).toEqual({ kind: 'look', at: 'target-projects' });
  });

  test('is a look at the copy that is being made', () => {
    expect(plan(aRecordInSync({ run: runAfter('answered') }))).toEqual({ kind: 'look', at: 'candidate' });
  });

  test('is the deletion of a copy that was given up, whatever else there is', () => {
    const discard = aDiscard();
    for (const run of [runAfter('named', { discard }), aRun({ intent: null, discard })]) {
      expect(plan(aRecordInSync({ run }))).toEqual({
        kind: 'step',
        step: { do: 'discard', discard },
      });
    }
  });

  test('is the same for the same facts', () => {
    const record = aRecordInSync({ run: runAfter('answered') });
    expect(plan(record)).toEqual(plan(structuredClone(record)));
  });
});

test('times in a record are compared with the clock in seconds', () => {
  expect(secondsBetween(timeAfter(10), after(12.5))).toBe(2.5);
  expect(secondsBetween(timeAfter(10), after(0))).toBe(-10);
});
