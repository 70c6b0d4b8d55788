import { attentionOf } from '../../../src/core/status/attention.ts';
import { aSweepState, timeAfter } from '../../support/builders.ts';
import { aStatusReport } from '../../support/reports.ts';

const failure = {
  code: 'HTTP_401',
  message: 'GetProjects was refused with 401.',
  hint: 'Check the key.',
  needsPerson: true,
};
const problem = 'GetProjects was refused with 401. Check the key.';

function attention(needsPerson: boolean) {
  const sweep = aSweepState({
    lastCompletedAt: timeAfter(-60),
    problem,
    failure: { ...failure, needsPerson },
    projects: aStatusReport().projects.map(({ id, name }) => ({ id, name, since: timeAfter(-90), excluded: null })),
  });
  return attentionOf(aStatusReport({ sweep })).filter(({ code }) => code === failure.code);
}

test('a sweep that was refused is critical, needs a person, and says what to do', () => {
  expect(attention(true)).toMatchObject([
    {
      level: 'critical',
      healsByItself: false,
      hint: 'Check the key.',
      message: expect.stringContaining('401') as string,
    },
  ]);
});

test('a sweep that found nobody answering heals by itself', () => {
  expect(attention(false)).toMatchObject([{ level: 'warning', healsByItself: true }]);
});
