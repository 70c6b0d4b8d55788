import { aboutSame, provenByConnectionTest } from '../../core/plan/integration.ts';
import type { StepOf } from '../../core/plan/types.ts';
import type { Integration, ReplicaRecord } from '../../core/facts/record.ts';
import { attemptIntegration } from './attempt-integration.ts';
import type { Dependencies, StepContext, StepResult } from '../context.ts';

/**
 * Gives the source project both storage URIs. That it is tried is stored first: a service that does not show the URIs
 * is not given them more than once a day, wherever this process is killed.
 */
export async function integrate(
  record: ReplicaRecord,
  { project, api }: StepOf<'integrate'>,
  { deps, save, signal }: StepContext,
): Promise<StepResult> {
  const wanted = deps.policy.integration;
  if (wanted === null) return { record };
  const begun: Integration = {
    ...wanted,
    attemptedAt: deps.clock.now().toISOString(),
    state: 'unproven',
    provenAt: null,
    provenBy: null,
    reason: 'The attempt to set both URIs was cut short; it is made again a day later, or when it is asked for.',
    differences: aboutSame(record.integration, wanted)?.differences ?? [],
  };
  const intended = await save({ ...record, integration: begun });
  const attempt = await attemptIntegration(project, api, wanted, deps, signal);
  const provenAt = attempt.provenBy === null ? null : deps.clock.now().toISOString();
  const integration = { ...begun, ...attempt, provenAt };
  const saved = await save({ ...intended, integration });
  report(record.sourceProjectId, integration, deps);
  return { record: saved };
}

/** Stores what a look at the source project told; it is an event only where that is news. */
export async function noteIntegration(
  record: ReplicaRecord,
  { integration }: StepOf<'note-integration'>,
  { deps, save }: StepContext,
): Promise<StepResult> {
  const { state, reason } = integration;
  const isNews = record.integration?.state !== state || record.integration.reason !== reason;
  const saved = await save({ ...record, integration });
  if (isNews) report(record.sourceProjectId, integration, deps);
  return { record: saved };
}

/**
 * Custom Vision sends a ConnectionTest message when it is given a queue. That proves what it does not show. Everything
 * else in the record stays as it is, a wake that is due too.
 */
export async function noteConnectionTest(
  projectId: string,
  deps: Pick<Dependencies, 'store' | 'clock' | 'events'>,
  signal: AbortSignal,
): Promise<void> {
  const document = deps.store.record(projectId);
  const stored = await document.read(signal);
  const integration = provenByConnectionTest(stored?.value.integration ?? null, deps.clock.now());
  if (stored === null || integration === null) return;
  await document.write({ ...stored.value, integration }, stored.etag, signal);
  report(projectId, integration, deps);
}

function report(projectId: string, integration: Integration, { events }: Pick<Dependencies, 'events'>): void {
  const { state, provenBy, reason } = integration;
  if (state === 'integrated' || state === 'unproven') {
    const differences = integration.differences.length;
    events.emit({ event: 'integration.configured', projectId, state, provenBy, differences });
  } else {
    events.emit({ event: 'integration.failed', projectId, state, reason: reason ?? '' });
  }
}
