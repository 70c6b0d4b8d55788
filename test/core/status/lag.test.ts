import { lagInSeconds } from '../../../src/core/status/project-report.ts';
import { after, aRecord, aRecordInSync, aSnapshot, runAfter, timeAfter } from '../../support/builders.ts';

/** The source was last seen, an hour after the last look in sync, to hold something else. */
const behind = aRecordInSync({ source: aSnapshot({ revision: 'r1-newer', observedAt: timeAfter(3_600) }) });

describe('lag', () => {
  test('is zero as of the last look, where the current copy held what it saw', () => {
    expect(lagInSeconds(aRecordInSync(), after(100_000))).toBe(0);
  });

  test('is counted from the last look that was in sync, not from the one that found the change', () => {
    expect(lagInSeconds(behind, after(4_000))).toBe(4_000);
  });

  test('grows while nothing is copied', () => {
    const first = lagInSeconds(behind, after(4_000)) ?? NaN;
    expect(lagInSeconds(behind, after(4_500))).toBe(first + 500);
  });

  test('is not zero where it is unclear whether something changed', () => {
    const touched = aRecordInSync({ source: aSnapshot({ lastModified: timeAfter(300), digest: null }) });
    expect(lagInSeconds(touched, after(400))).toBe(400);
  });

  test('is not zero where a later look only counted, and so has not shown the labels', () => {
    const counted = aRecordInSync({ source: aSnapshot({ observedAt: timeAfter(300), digest: null }) });
    expect(lagInSeconds(counted, after(400))).toBe(400);
    expect(lagInSeconds({ ...counted, inSyncAt: timeAfter(300) }, after(400))).toBe(0);
  });

  test('goes on while the new copy is being made', () => {
    expect(lagInSeconds({ ...behind, run: runAfter('verified') }, after(4_000))).toBe(4_000);
  });

  test.each([
    ['nothing was looked at yet', aRecord()],
    ['nothing was copied yet', aRecord({ source: aSnapshot() })],
    ['the first copy is being made', aRecord({ source: aSnapshot(), run: runAfter('named') })],
  ])('is unknown, never zero, where %s', (_why, record) => {
    expect(lagInSeconds(record, after(60))).toBeNull();
  });

  test('is not negative where clocks disagree', () => {
    expect(lagInSeconds(behind, after(-60))).toBe(0);
  });
});
