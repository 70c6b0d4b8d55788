import { attentionOf } from '../../../src/core/status/attention.ts';
import { aRecordInSync, timeAfter } from '../../support/builders.ts';
import { aStatusReport } from '../../support/reports.ts';

test('a model backup that is lost needs attention, beside the copy that is in order', () => {
  const record = aRecordInSync();
  const report = aStatusReport({ records: [record] });
  const problem = {
    code: 'BACKUP_MISSING',
    message: 'The blob is gone.',
    hint: 'Export the iteration again.',
    iteration: 'Iteration 1',
    platform: 'ONNX',
    flavor: null,
    since: timeAfter(0),
    nextAttemptAt: null,
  };
  const projects = report.projects.map((project) => ({ ...project, backupProblems: [problem] }));
  expect(attentionOf({ ...report, projects })).toMatchObject([
    {
      level: 'warning',
      code: 'BACKUP_MISSING',
      healsByItself: false,
      about: 'backups',
      message: 'Model backup: The blob is gone.',
      projectId: record.sourceProjectId,
      effect: 'Iteration 1, ONNX',
    },
  ]);
});
