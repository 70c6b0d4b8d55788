import type { Call, Phase, Simulator } from '../../src/local/simulator/index.ts';
import type { RunningApp } from './running-app.ts';
import type { Stage } from './stage.ts';

/** A point in a call of one of the resources. */
export interface Moment {
  readonly side: 'primary' | 'secondary';
  readonly operation: string;
  readonly phase: Phase;
  /** Which call of that operation; the first unless said. */
  readonly nth?: number;
  readonly when?: (simulator: Simulator, call: Call) => boolean;
}

/** Resolves once the app is dead: killed at that moment, before the call goes on. */
export function killAt(stage: Stage, { side, operation, phase, nth = 1, when = () => true }: Moment): Promise<void> {
  let calls = 0;
  return new Promise((resolve) => {
    const off = stage[side].on(operation, phase, async (call) => {
      if (!when(stage[side], call)) return;
      calls += 1;
      if (calls < nth) return;
      off();
      await stage.kill();
      resolve();
    });
  });
}

/** A new process in the dead one's place, after the time in which leases lapse. */
export async function restart(stage: Stage): Promise<RunningApp> {
  await stage.lapseLeases();
  return stage.start();
}
