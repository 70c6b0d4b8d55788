import { parentPort, workerData } from 'node:worker_threads';
import { drawScript } from './draw-script.ts';
import { runScript } from './run-script.ts';

/** What a worker says of each seed. */
export interface SeedResult {
  readonly seed: number;
  readonly breach: string | null;
  readonly effects: number;
  readonly calls: number;
  readonly imports: number;
  readonly inMs: number;
}

/** Runs each seed that it is sent, and answers with what came of it. */
parentPort?.on('message', (seed: number) => {
  const { days } = workerData as { days: number };
  const began = performance.now();
  void runScript(drawScript(seed, days)).then(({ breach, effects, calls, imports }) => {
    const result: SeedResult = {
      ...{ seed, effects, calls, imports },
      breach: breach?.message ?? null,
      inMs: performance.now() - began,
    };
    parentPort?.postMessage(result);
  });
});
