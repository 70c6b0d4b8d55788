import { isTrained, isTraining } from '../../../src/core/facts/model.ts';
import { anIteration } from '../../support/builders.ts';

test.each([
  ['Completed', true, false],
  ['completed', true, false],
  ['Training', false, true],
  ['TRAINING', false, true],
  ['New', false, false],
  ['Failed', false, false],
  ['', false, false],
  ['something new', false, false],
])('an iteration that is %p is trained: %p, in training: %p', (status, trained, training) => {
  const iteration = anIteration({ status });
  expect([isTrained(iteration), isTraining(iteration)]).toEqual([trained, training]);
});
