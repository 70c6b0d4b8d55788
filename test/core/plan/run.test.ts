import { stagingName } from '../../../src/core/content/mark.ts';
import type { Plan, PlanInput, Observed } from '../../../src/core/plan/types.ts';
import type { Run } from '../../../src/core/facts/record.ts';
import {
  after,
  aPolicy,
  aProject,
  aRecord,
  aReplica,
  aRun,
  aStranger,
  guid,
  OWNER,
  REPLICA_ID,
  RUN_ID,
  runAfter,
} from '../../support/builders.ts';
import { planFor } from '../../support/planning.ts';

const policy = aPolicy();
const staged = aProject({ id: REPLICA_ID, name: stagingName(OWNER, RUN_ID), description: '' });

function plan(run: Run, observed: Observed, seconds = 10, more: Partial<PlanInput> = {}): Plan {
  return planFor(aRecord({ run }), observed, { now: after(seconds), ...more });
}

function withEstimate(run: Run, estimatedImportInSeconds: number): Run {
  return { ...run, intent: run.intent && { ...run.intent, estimatedImportInSeconds } };
}

const step = (what: string, facts: object = {}) => ({ kind: 'step', step: { do: what, ...facts } });

describe('an import whose reply was lost', () => {
  const { lateImportInSeconds } = policy.limits;

  test('is adopted: the project that carries its staging name', () => {
    expect(plan(aRun(), { targetProjects: [aStranger(), staged] })).toEqual(
      step('adopt', { replicaProjectId: REPLICA_ID }),
    );
  });

  test('is adopted although it surfaces after it was given up for lost', () => {
    const planned = plan(aRun(), { targetProjects: [staged] }, lateImportInSeconds + 1);
    expect(planned).toMatchObject(step('adopt'));
  });

  test.each([
    ['another run', stagingName(OWNER, 'run-9')],
    ['another pair', stagingName({ ...OWNER, installation: '00000000' }, RUN_ID)],
    ['the service’s own making', `${staged.name} (1)`],
  ])('is not taken for a project with a staging name of %s', (_whose, name) => {
    expect(plan(aRun(), { targetProjects: [{ ...staged, name }] }).kind).toBe('wait');
  });

  test('is looked for again and again for as long as it may surface', () => {
    const planned = plan(aRun(), { targetProjects: [] }, lateImportInSeconds - 1);
    expect(planned.kind).toBe('wait');
  });

  test('is given up when it can no longer surface', () => {
    const planned = plan(aRun(), { targetProjects: [] }, lateImportInSeconds);
    expect(planned).toMatchObject(step('end-run', { code: 'IMPORT_LOST' }));
  });
});

describe('a copy that is being imported', () => {
  const run = runAfter('answered');
  const importing = { ...staged, status: 'Importing' };
  const { importDeadlineInSeconds, importDeadlineInEstimates } = policy.limits;

  test('is imported when the service says so', () => {
    expect(plan(run, { candidate: staged })).toEqual(step('note-imported'));
  });

  describe('that the service says has failed', () => {
    const failed: Observed = { candidate: { ...staged, status: 'Failed' } };
    const held = [staged, aStranger(), aReplica({ id: guid(50) })];

    test('is discarded once it is known how full the target is', () => {
      expect(plan(run, failed)).toEqual({ kind: 'look', at: 'target-projects' });
    });

    test.each([
      ['a partial import where the target has a free slot', 4, undefined, 'partial-import', 'IMPORT_FAILED'],
      ['quota where the target is full', 3, undefined, 'quota', 'IMPORT_FAILED_AT_LIMIT'],
      ['quota where the target is over its limit', 2, undefined, 'quota', 'IMPORT_FAILED_AT_LIMIT'],
      ['quota where the service lowered the limit', 100, 3, 'quota', 'IMPORT_FAILED_AT_LIMIT'],
      ['a partial import where today’s limit is not reached', 3, 4, 'partial-import', 'IMPORT_FAILED'],
    ] as const)('is %s', (_what, targetProjectLimit, limitToday, failureClass, code) => {
      const today = limitToday === undefined ? {} : { targetProjectLimit: limitToday };
      const observed: Observed = { ...failed, targetProjects: held, ...today };
      const planned = plan(run, observed, 10, { policy: aPolicy({ targetProjectLimit }) });
      expect(planned).toMatchObject(step('discard', { discard: { class: failureClass, code, lacking: [] } }));
    });
  });

  test.each(['Importing', 'Copying'])('is waited for while its status is %s', (status) => {
    expect(plan(run, { candidate: { ...staged, status } }).kind).toBe('wait');
  });

  test.each([
    ['without an estimate', run, importDeadlineInSeconds],
    ['with a short estimate', withEstimate(run, 10), importDeadlineInSeconds],
    ['with a long estimate', withEstimate(run, 7_200), 7_200 * importDeadlineInEstimates],
  ])('is discarded when it hangs, %s', (_what, hanging, deadline) => {
    expect(plan(hanging, { candidate: importing }, deadline - 1).kind).toBe('wait');
    expect(plan(hanging, { candidate: importing }, deadline)).toMatchObject(
      step('discard', { discard: { class: 'partial-import', code: 'IMPORT_TIMED_OUT' } }),
    );
  });

  test('is noted as imported although it took longer than an import may', () => {
    expect(plan(run, { candidate: staged }, 100_000)).toEqual(step('note-imported'));
  });

  test('may not be readable at first', () => {
    expect(plan(run, { candidate: null }, 5).kind).toBe('wait');
  });

  test('is missed when it stays unreadable', () => {
    expect(plan(run, { candidate: null }, 300)).toMatchObject(step('end-run', { code: 'IMPORT_GONE' }));
  });
});

describe('waiting for an import', () => {
  const waitAfter = (seconds: number): number => {
    const planned = plan(
      withEstimate(runAfter('answered'), 1e6),
      { candidate: { ...staged, status: 'Importing' } },
      seconds,
    );
    return planned.kind === 'wait' ? planned.inSeconds : NaN;
  };

  test('gets longer the longer it has lasted, up to a limit', () => {
    const waits = [0, 10, 60, 200, 600, 3_000, 30_000].map(waitAfter);
    expect(waits).toEqual(waits.toSorted((left, right) => left - right));
    expect(waits[0]).toBeGreaterThan(0);
    expect(waits.at(-1)).toBe(waits.at(-2));
    expect(waits.at(-1)).toBeLessThanOrEqual(600);
  });

  test('is a whole number of seconds', () => {
    expect(Number.isInteger(waitAfter(11.3))).toBe(true);
  });

  test('is not negative where clocks disagree', () => {
    expect(waitAfter(-100)).toBeGreaterThan(0);
  });
});
