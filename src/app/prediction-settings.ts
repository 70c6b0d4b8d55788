import type { Policy } from '../core/plan/policy.ts';
import type { Serving } from '../core/status/readiness.ts';
import { servingOf } from '../core/status/status-facts.ts';
import type { Config } from '../settings/config.ts';

/** Where clients predict on either side; null where that is not set. */
export function predictionEndpointsOf({ primary, secondary }: Config): Policy['predictionEndpoints'] {
  return { primary: primary.predictionEndpoint, secondary: secondary.predictionEndpoint };
}

/** Whether copies are published, and where clients would predict on them. */
export function publishingOf({ secondary }: Config): Pick<Serving, 'publishes' | 'predictionEndpoint'> {
  const { predictionResourceId, predictionEndpoint } = secondary;
  return { publishes: predictionResourceId !== null, predictionEndpoint };
}

/** How copies are served, with looks judged as of a time. */
export function servingAt(config: Config, now: Date): Serving {
  return servingOf({ ...publishingOf(config), schedule: config.schedule, now });
}
