import { limitsFor } from '../../../src/core/plan/policy.ts';

test('an import may surface late: after the lease, its own deadline and five more minutes', () => {
  expect(limitsFor(60, 120).lateImportInSeconds).toBe(60 + 120 + 5 * 60);
});

test('an import gets longer than a late reply is looked for', () => {
  const { lateImportInSeconds, importDeadlineInSeconds } = limitsFor(60, 120);
  expect(importDeadlineInSeconds).toBeGreaterThan(lateImportInSeconds);
});

test('an invocation ends within the five minutes that the smallest plan gives to a function', () => {
  expect(limitsFor(60, 120).invocationInSeconds).toBeLessThan(300);
});
