import { labelsAreDue } from '../../../src/core/plan/proof.ts';
import {
  after,
  anObservation,
  aRecordInSync,
  aSnapshot,
  contentOf,
  guid,
  SOURCE_ID,
  timeAfter,
} from '../../support/builders.ts';
import { settledRecord } from '../../../src/replicator/settle.ts';
import { everythingInLine, inBrief, planFor } from '../../support/planning.ts';

const OBJECTIVE = 7_200;
const HALF = OBJECTIVE / 2;
const SWEEP_EVERY = 1_800;

/** Project ids whose first digits, by which readings are spread, are all over the range. */
const IDS = Array.from({ length: 64 }, (_, at) => `${(at * 4 + 1).toString(16).padStart(2, '0')}${guid(at).slice(2)}`);

describe('where lastModified is not known to move with an edit of labels', () => {
  test.each(IDS.slice(0, 8))('the labels of %s are read once in each half of the objective', (sourceProjectId) => {
    let labelsSeenAt = timeAfter(0);
    const waits: number[] = [];
    for (let seconds = SWEEP_EVERY; seconds < 86_400; seconds += SWEEP_EVERY) {
      if (!labelsAreDue({ sourceProjectId, labelsSeenAt }, 'unknown', OBJECTIVE, after(seconds))) continue;
      waits.push((after(seconds).getTime() - Date.parse(labelsSeenAt)) / 1_000);
      labelsSeenAt = timeAfter(seconds);
    }
    expect(waits).toHaveLength(86_400 / HALF - (waits.at(0) === HALF ? 1 : 0));
    expect(Math.max(...waits)).toBeLessThanOrEqual(HALF + SWEEP_EVERY);
  });

  test('no sweep finds many more of them due than another', () => {
    const due = (from: number) =>
      IDS.filter((sourceProjectId) =>
        labelsAreDue({ sourceProjectId, labelsSeenAt: timeAfter(from) }, 'lies', OBJECTIVE, after(from + SWEEP_EVERY)),
      ).length;
    for (const sweeps of [0, 1, 2, 3]) expect(Math.abs(due(sweeps * SWEEP_EVERY) - 32)).toBeLessThanOrEqual(2);
  });

  test('they are due where nobody ever read them, and where a clock that was wrong says so', () => {
    const due = (labelsSeenAt: string | null) =>
      labelsAreDue({ sourceProjectId: SOURCE_ID, labelsSeenAt }, 'unknown', OBJECTIVE, after(1_200));
    expect(due(null)).toBe(true);
    expect(due(timeAfter(86_400 * 365))).toBe(true);
    expect(due(timeAfter(600))).toBe(false);
    expect(due(timeAfter(1_230))).toBe(false);
  });
});

test('where it is known to move, they are not due at all', () => {
  const record = { sourceProjectId: SOURCE_ID, labelsSeenAt: null };
  expect(labelsAreDue(record, 'moves', OBJECTIVE, after(86_400))).toBe(false);
});

describe('a look that finds nothing to do', () => {
  const now = after(600);
  const source = anObservation({ observedAt: timeAfter(600) });
  const record = aRecordInSync();
  const settled = (labelEdits: 'unknown' | 'moves' | 'lies') => {
    const plan = planFor(record, everythingInLine({ source, labelEdits }), { now });
    if (plan.kind !== 'settled') throw new Error(inBrief(plan));
    return settledRecord(record, plan);
  };

  test('moves the time that lag counts from only where lastModified is known to move', () => {
    expect(settled('moves')).toMatchObject({ inSyncAt: timeAfter(600), labelsSeenAt: timeAfter(0) });
    expect(settled('unknown')).toMatchObject({ inSyncAt: timeAfter(0), labelsSeenAt: timeAfter(0) });
    expect(settled('lies')).toMatchObject({ inSyncAt: timeAfter(0) });
  });

  test('takes back what was believed before it was known to lie', () => {
    const believed = aRecordInSync({ inSyncAt: timeAfter(500), labelsSeenAt: timeAfter(100) });
    const plan = planFor(believed, everythingInLine({ source, labelEdits: 'lies' }), { now });
    if (plan.kind !== 'settled') throw new Error(inBrief(plan));
    expect(settledRecord(believed, plan)).toMatchObject({ inSyncAt: timeAfter(100) });
  });

  test('reads the labels where they are due, notes since when they are known, and is in sync as of that', () => {
    const later = after(HALF * 2);
    const seen = anObservation({ observedAt: later.toISOString() });
    const observed = everythingInLine({ source: seen, labelEdits: 'unknown' });
    expect(inBrief(planFor(record, observed, { now: later }))).toBe('look at source-content');
    const read = { ...observed, sourceContent: { ...contentOf(), readSince: timeAfter(HALF) } };
    expect(planFor(record, read, { now: later })).toMatchObject({
      step: { do: 'note-proof', labelsSeenAt: timeAfter(HALF), full: false },
    });
    const noted = { ...record, labelsSeenAt: timeAfter(HALF) };
    expect(planFor(noted, read, { now: later })).toMatchObject({
      kind: 'settled',
      inSyncAt: timeAfter(HALF),
      source: { digest: aSnapshot().digest },
    });
  });
});
