import { stagingName } from '../../src/core/mark.ts';
import type { Plan, PlanInput, Seen } from '../../src/core/plan.ts';
import { planProject } from '../../src/core/plan.ts';
import type { Run } from '../../src/core/record.ts';
import type { RunMilestone } from '../support/builders.ts';
import {
  after,
  aGeneration,
  anObservation,
  aPolicy,
  aProject,
  aRecord,
  aReplica,
  aRun,
  aStranger,
  contentOf,
  guid,
  PAIR,
  REPLICA_ID,
  RUN_ID,
  runAfter,
  timeAfter,
} from '../support/builders.ts';

const policy = aPolicy();
const staged = aProject({ id: REPLICA_ID, name: stagingName(PAIR, RUN_ID), description: '' });

function plan(run: Run, seen: Seen, seconds = 10, more: Partial<PlanInput> = {}): Plan {
  return planProject({ record: aRecord({ run }), seen, policy, now: after(seconds), justCopied: false, ...more });
}

function withEstimate(run: Run, estimatedImportInSeconds: number): Run {
  return { ...run, intent: run.intent && { ...run.intent, estimatedImportInSeconds } };
}

const step = (what: string, facts: object = {}) => ({ kind: 'step', step: { do: what, ...facts } });

describe('an import whose reply was lost', () => {
  const { lateImportInSeconds } = policy.limits;

  test('is adopted: the project that carries its staging name', () => {
    expect(plan(aRun(), { targetProjects: [aStranger(), staged] })).toEqual(step('adopt', { projectId: REPLICA_ID }));
  });

  test('is adopted although it surfaces after it was given up for lost', () => {
    const planned = plan(aRun(), { targetProjects: [staged] }, lateImportInSeconds + 1);
    expect(planned).toMatchObject(step('adopt'));
  });

  test.each([
    ['another run', stagingName(PAIR, 'run-9')],
    ['another pair', stagingName('00000000', RUN_ID)],
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

  test('is discarded when the service says that it failed', () => {
    const planned = plan(run, { candidate: { ...staged, status: 'Failed' } });
    expect(planned).toMatchObject(step('discard', { code: 'IMPORT_FAILED' }));
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
      step('discard', { code: 'IMPORT_TIMED_OUT' }),
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

describe('from the imported copy to the switch', () => {
  const copied = { observation: anObservation({ project: staged }), content: contentOf() };
  const aside = { projectId: guid(50), name: 'Cats [replica run-1]' };
  const naming = { name: 'Cats', aside, asideAt: null, namedAt: null };
  const seen: Seen = { candidate: staged, candidateContent: copied, targetProjects: [staged] };

  const cases: readonly [what: string, run: Run, expected: string][] = [
    ['it is marked first', runAfter('imported'), 'mark'],
    ['then verified', runAfter('marked'), 'note-verified'],
    ['then its names are stored', runAfter('verified'), 'intend-names'],
    ['then the older copy steps aside', runAfter('verified', { naming }), 'rename-aside'],
    ['then it is named', runAfter('verified', { naming: { ...naming, asideAt: timeAfter(9) } }), 'rename'],
    ['it is named at once where nothing has to step aside', runAfter('names-intended'), 'rename'],
    ['then routing is switched', runAfter('named'), 'switch'],
  ];

  test.each(cases)('%s', (_what, run, expected) => {
    expect(plan(run, seen)).toMatchObject(step(expected));
  });

  test('looks before it verifies, and before it names', () => {
    expect(plan(runAfter('marked'), { candidate: staged })).toEqual({ kind: 'look', at: 'candidate-content' });
    expect(plan(runAfter('verified'), { candidate: staged })).toEqual({ kind: 'look', at: 'target-projects' });
  });

  test.each<RunMilestone>(['imported', 'marked', 'verified', 'names-intended', 'named'])(
    'the run ends where the copy that is %s was deleted',
    (milestone) => {
      const planned = plan(runAfter(milestone), { ...seen, candidate: null });
      expect(planned).toMatchObject(step('end-run', { code: 'IMPORT_GONE' }));
    },
  );

  test('the run ends where the copy is deleted while it is being verified', () => {
    const planned = plan(runAfter('marked'), { candidate: staged, candidateContent: null });
    expect(planned).toMatchObject(step('end-run', { code: 'IMPORT_GONE' }));
  });

  test('a copy that lacks images is discarded, and the reason says how many', () => {
    const lacking = { ...copied, observation: anObservation({ imageCount: 1 }) };
    const planned = plan(runAfter('marked'), { ...seen, candidateContent: lacking });
    expect(planned).toMatchObject(step('discard', { code: 'IMPORT_INCOMPLETE' }));
    expect(JSON.stringify(planned)).toMatch(/images: 3 .* 1 /);
  });

  test('a copy that differs in something else is kept, with the difference as evidence', () => {
    const differing = { ...copied, observation: anObservation({ iterations: [] }) };
    const planned = plan(runAfter('marked'), { ...seen, candidateContent: differing }, 75);
    expect(planned).toMatchObject({ step: { do: 'note-verified', verified: { at: timeAfter(75) } } });
    expect(JSON.stringify(planned)).toContain('iterations');
  });

  test('the copy that holds the name is the one that steps aside', () => {
    const generations = [aGeneration({ runId: 'run-1', projectId: aside.projectId })];
    const targetProjects = [staged, aReplica({ id: aside.projectId })];
    const record = aRecord({ run: runAfter('verified'), generations, current: 'run-1' });
    expect(plan(runAfter('verified'), { ...seen, targetProjects }, 10, { record })).toEqual(
      step('intend-names', { naming }),
    );
  });

  test('the copy is named as the source was when it was copied', () => {
    const planned = plan(runAfter('verified', { before: { ...aRun().before, name: 'Felines' } }), seen);
    expect(planned).toMatchObject(step('intend-names', { naming: { name: 'Felines' } }));
  });
});
