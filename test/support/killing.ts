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

export interface Killing {
  /** Resolves once every app is dead. */
  readonly killed: Promise<void>;
  /** Lets the call go on that the app was killed in. */
  readonly release: () => void;
}

/** Kills the apps at a moment, and holds the call up until it is released: its effect comes as late as that. */
export function killAndHold(stage: Stage, { side, operation, phase, nth = 1, when = () => true }: Moment): Killing {
  let calls = 0;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const killed = new Promise<void>((resolve) => {
    const off = stage[side].on(operation, phase, async (call) => {
      if (!when(stage[side], call)) return;
      calls += 1;
      if (calls < nth) return;
      off();
      await stage.kill();
      resolve();
      await released;
    });
  });
  return { killed, release };
}

/** Resolves once every app is dead: killed at that moment, before the call goes on. */
export async function killAt(stage: Stage, moment: Moment): Promise<void> {
  const { killed, release } = killAndHold(stage, moment);
  await killed;
  release();
}

/** A new process in the dead one's place, after the time in which leases lapse. */
export async function restart(stage: Stage): Promise<RunningApp> {
  await stage.lapseLeases();
  return stage.start();
}
