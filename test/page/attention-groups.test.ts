import type { ReportInput } from '../../src/core/status/status-facts.ts';
import { groupsOf } from '../../src/page/attention-groups.ts';
import { aRecord, aRecordFailure, aRecordInSync, guid, timeAfter } from '../support/builders.ts';
import { aStatusReport, aSweepThatListed } from '../support/reports.ts';

const failing = (nextAttemptAt: string, since: string) => aRecordFailure({ needsPerson: false, nextAttemptAt, since });

function groups(changes: Partial<ReportInput>) {
  return groupsOf(aStatusReport({ sweep: aSweepThatListed(null, null), ...changes }).attention);
}

test('one cause at many projects is shown once, with what it means for each and the next try of any', () => {
  const records = [
    aRecordInSync({ sourceProjectId: guid(30), failure: failing(timeAfter(99), timeAfter(-5)) }),
    aRecord({ sourceProjectId: guid(31), failure: failing(timeAfter(90), timeAfter(-9)) }),
  ];
  const found = groups({ records });
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    subjects: [
      { id: guid(30), effect: null },
      { id: guid(31), effect: 'no copy yet' },
    ],
    nextAttemptAt: timeAfter(90),
    since: timeAfter(-9),
  });
});

test('another cause is shown beside it, and one that is about no project names none', () => {
  const failure = aRecordFailure();
  const records = [
    aRecordInSync({ sourceProjectId: guid(30), failure }),
    aRecordInSync({ sourceProjectId: guid(31), failure: { ...failure, message: 'It was refused.' } }),
  ];
  const found = groups({ records, rejectedNotifications: 1 });
  expect(found.map(({ subjects }) => subjects.map(({ id }) => id))).toEqual([[], [guid(30)], [guid(31)]]);
});
