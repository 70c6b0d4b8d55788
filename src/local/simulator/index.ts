/** A simulated Custom Vision Training resource; docs/simulator.md says what it does. */
export type { Call } from './calls.ts';
export { CallLog } from './calls.ts';
export type { Clock } from './clock.ts';
export { ManualClock, SystemClock } from './clock.ts';
export { parseFault } from './fault-text.ts';
export type { FaultOrder } from './faults.ts';
export type { Hook, Phase } from './hooks.ts';
export type { Delays, Limits, SimulatorOptions } from './options.ts';
export type { ImageSeed, IterationSeed, ProjectSeed } from './resource.ts';
export { Resource } from './resource.ts';
export { ServiceError } from './service-error.ts';
export type { Simulator } from './simulator.ts';
export { startSimulator } from './simulator.ts';
export type {
  Ending,
  StoredExport,
  StoredImage,
  StoredIteration,
  StoredProject,
  StoredRegion,
  StoredTag,
} from './state.ts';
export type { UnknownName, Unknowns } from './unknowns.ts';
export { UNKNOWNS } from './unknowns.ts';
