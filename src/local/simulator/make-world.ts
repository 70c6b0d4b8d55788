import { randomUUID } from 'node:crypto';
import { SteerableTime } from '../steerable-time.ts';
import { ManualClock } from './clock.ts';
import { makeIds } from './ids.ts';
import type { SimulatorOptions } from './options.ts';
import { DEFAULT_DELAYS, DEFAULT_LIMITS } from './options.ts';
import { Snapshots } from './snapshots.ts';
import { Storage } from './storage.ts';
import { completeUnknowns, readUnknowns, watchUnknowns } from './unknowns.ts';
import type { World } from './world.ts';
import { Problems } from './world.ts';

/** A resource with nothing in it, which no server answers for yet. */
export function makeWorld(options: SimulatorOptions, closing: AbortSignal): World {
  const clock = options.clock ?? new SteerableTime();
  const watched = watchUnknowns(completeUnknowns(readUnknowns(options.unknowns ?? {})));
  // A second that only passes when told to would let no more than ten calls through.
  const callsPerSecond = clock instanceof ManualClock ? Infinity : DEFAULT_LIMITS.callsPerSecond;
  return {
    name: options.name ?? 'simulator',
    url: 'http://127.0.0.1',
    clock,
    newId: makeIds(options.seed ?? null),
    limits: { ...DEFAULT_LIMITS, callsPerSecond, ...options.limits },
    delays: { ...DEFAULT_DELAYS, ...options.delays },
    ...watched,
    predictionResources: options.predictionResources ?? null,
    storage: new Storage(options.storageConnectionString ?? null, watched.unknowns, closing),
    snapshots: new Snapshots(),
    secret: options.seed ?? randomUUID(),
    projects: new Map(),
    drMode: false,
    problems: new Problems(options.onProblem),
    closing,
    openExport: null,
  };
}
