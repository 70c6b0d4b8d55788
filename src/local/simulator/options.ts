import type { Clock } from './clock.ts';
import type { Unknowns } from './unknowns.ts';

/** What the resource allows, as in the S0 tier. `Infinity` lifts a limit. */
export interface Limits {
  projects: number;
  imagesPerProject: number;
  tagsPerProject: number;
  iterationsPerProject: number;
  imagesPerBatch: number;
  regionsPerImage: number;
  imageInBytes: number;
  /** All calls but TrainProject; TrainProject has a budget of the same size of its own. */
  callsPerSecond: number;
}

/** How long what runs in the background takes. */
export interface Delays {
  importInSeconds: number;
  trainingInSeconds: number;
  exportModelInSeconds: number;
  /** How long an export token lives. */
  tokenInSeconds: number;
}

export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** What `Training-Key` must be. */
  readonly key?: string;
  /** What `Prediction-Key` must be; the same as the other by default, as one resource for both has it. */
  readonly predictionKey?: string;
  /** Bearer tokens that are accepted instead of the key; none by default. */
  readonly bearerTokens?: readonly string[];
  /** What the resource is called in state, problems and `originalPublishResourceId`s. */
  readonly name?: string;
  readonly limits?: Partial<Limits>;
  readonly delays?: Partial<Delays>;
  readonly unknowns?: Partial<Unknowns>;
  readonly clock?: Clock;
  /** Makes ids repeatable. */
  readonly seed?: string;
  /** ARM ids that may be published to; any by default. */
  readonly predictionResources?: readonly string[];
  /** The account behind the projects' storage URIs: what the resource's identity would be allowed to write to. */
  readonly storageConnectionString?: string;
  /** Told of what failed in the background, such as a notification that could not be posted. */
  readonly onProblem?: (problem: string) => void;
}

export const DEFAULT_LIMITS: Limits = {
  projects: 100,
  imagesPerProject: 100_000,
  tagsPerProject: 500,
  iterationsPerProject: 20,
  imagesPerBatch: 64,
  regionsPerImage: 300,
  imageInBytes: 6 * 1024 * 1024,
  callsPerSecond: 10,
};

export const DEFAULT_DELAYS: Delays = {
  importInSeconds: 5,
  trainingInSeconds: 10,
  exportModelInSeconds: 5,
  tokenInSeconds: 24 * 60 * 60,
};
