import { runInProgress } from '../facts/run-stage.ts';
import { planActive } from './active.ts';
import { planRun } from './run.ts';
import { planSettled } from './settled.ts';
import type { Plan, PlanInput } from './types.ts';

/** Decides the next thing to do from the facts alone; the same facts always give the same plan. */
export function planProject(input: PlanInput): Plan {
  const active = planActive(input);
  if (active !== null) return active;
  const run = runInProgress(input.record);
  return run === null ? planSettled(input) : planRun(input, run);
}
