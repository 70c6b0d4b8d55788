import { isTrained } from '../../../src/core/facts/model.ts';
import { anIteration } from '../../support/builders.ts';

test.each([
  ['Completed', true],
  ['completed', true],
  ['Training', false],
  ['TRAINING', false],
  ['New', false],
  ['Failed', false],
  ['', false],
  ['something new', false],
])('an iteration that is %p is trained: %p', (status, trained) => {
  const iteration = anIteration({ status });
  expect(isTrained(iteration)).toBe(trained);
});
