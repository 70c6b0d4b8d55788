import { verifiedGeneration } from '../../../src/core/facts/generation.ts';
import type { RunMilestone } from '../../support/builders.ts';
import { guid, runAfter, timeAfter } from '../../support/builders.ts';

const MADE = { replicaProjectId: guid(9), lastModified: timeAfter(60) };

describe('a copy enters the record as proven', () => {
  test('with what its verification saw', () => {
    const run = runAfter('verified');
    const { importedAt, verified } = run;
    expect(verifiedGeneration(run, 'Fruit', MADE)).toMatchObject({
      ...{ ...MADE, runId: run.runId, name: 'Fruit', importedAt },
      ...{ verifiedAt: verified?.at, differences: verified?.differences, baseline: verified?.baseline },
    });
  });

  test.each<RunMilestone>(['asked', 'answered', 'imported', 'marked', 'unlinked'])(
    'not once it is only %s',
    (milestone) => {
      expect(() => verifiedGeneration(runAfter(milestone), 'Fruit', MADE)).toThrow(/is not complete/u);
    },
  );

  test('not without a name of its own', () => {
    expect(() => verifiedGeneration(runAfter('verified'), null, MADE)).toThrow(/is not complete/u);
  });
});
