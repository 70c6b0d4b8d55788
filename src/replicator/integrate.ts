import { aboutSame, provenByConnectionTest } from '../core/integration.ts';
import type { Step } from '../core/plan.ts';
import type { Integration, ReplicaRecord } from '../core/record.ts';
import { attemptIntegration } from './attempt-integration.ts';
import type { StepContext } from './run-step.ts';
import type { Workshop } from './workshop.ts';

/**
 * Gives the source project both storage URIs. That it is tried is stored first: a service that does not show the URIs
 * is not given them more than once a day, wherever this process is killed.
 */
export async function integrate(
  record: ReplicaRecord,
  { project, api }: Step & { do: 'integrate' },
  { workshop, save, signal }: StepContext,
): Promise<ReplicaRecord> {
  const wanted = workshop.policy.integration;
  if (wanted === null) return record;
  const begun: Integration = {
    ...wanted,
    attemptedAt: workshop.clock.now().toISOString(),
    state: 'unproven',
    provenAt: null,
    provenBy: null,
    reason: 'The attempt to set both URIs was cut short; it is made again a day later, or when it is asked for.',
    differences: aboutSame(record.integration, wanted)?.differences ?? [],
  };
  const intended = await save({ ...record, integration: begun });
  const attempt = await attemptIntegration(project, api, wanted, workshop, signal);
  const provenAt = attempt.provenBy === null ? null : workshop.clock.now().toISOString();
  const integration = { ...begun, ...attempt, provenAt };
  const saved = await save({ ...intended, integration });
  tell(record.sourceProjectId, integration, workshop);
  return saved;
}

/** Stores what a look at the source project told; it is an event only where that is news. */
export async function noteIntegration(
  record: ReplicaRecord,
  integration: Integration,
  { workshop, save }: StepContext,
): Promise<ReplicaRecord> {
  const { state, reason } = integration;
  const isNews = record.integration?.state !== state || record.integration.reason !== reason;
  const saved = await save({ ...record, integration });
  if (isNews) tell(record.sourceProjectId, integration, workshop);
  return saved;
}

/**
 * Custom Vision sends a ConnectionTest message when it is given a queue. That proves what it does not show. Everything
 * else in the record stays as it is, a wake that is due too.
 */
export async function noteConnectionTest(
  projectId: string,
  workshop: Pick<Workshop, 'store' | 'clock' | 'events'>,
  signal: AbortSignal,
): Promise<void> {
  const document = workshop.store.record(projectId);
  const stored = await document.read(signal);
  const integration = provenByConnectionTest(stored?.value.integration ?? null, workshop.clock.now());
  if (stored === null || integration === null) return;
  await document.write({ ...stored.value, integration }, stored.etag, signal);
  tell(projectId, integration, workshop);
}

function tell(projectId: string, integration: Integration, { events }: Pick<Workshop, 'events'>): void {
  const { state, provenBy, reason } = integration;
  if (state === 'integrated' || state === 'unproven') {
    const differences = integration.differences.length;
    events.emit({ event: 'integration.configured', projectId, state, provenBy, differences });
  } else {
    events.emit({ event: 'integration.failed', projectId, state, reason: reason ?? '' });
  }
}
