/** A simulated Custom Vision Training resource; docs/simulator.md says what it does. */
export type { Call } from './calls.ts';
export { ManualClock } from './clock.ts';
export { parseFault } from './fault-text.ts';
export type { FaultOrder } from './faults.ts';
export type { Phase } from './hooks.ts';
export type { SimulatorOptions } from './options.ts';
export type { IterationSeed, ProjectSeed } from './resource.ts';
export { Resource } from './resource.ts';
export type { Simulator } from './simulator.ts';
export { startSimulator } from './simulator.ts';
export type { StoredIteration, StoredProject } from './state.ts';
export type { UnknownName, Unknowns } from './unknowns.ts';
export { UNKNOWNS } from './unknowns.ts';
