import type { ProjectReport } from './project-report.ts';

/** What has to happen before anything changes about a project. */
export type WaitsFor =
  | { readonly for: 'nothing' | 'its-source' | 'a-person' | 'its-turn' }
  /** The copy in the making. */
  | { readonly for: 'a-copy' }
  /** Null where it is not known when. */
  | { readonly for: 'the-next-try' | 'the-next-sweep'; readonly at: string | null };

/** @param nextSweepAt when the next sweep is due; null where that is not known. */
export function waitsFor(project: ProjectReport, nextSweepAt: string | null): WaitsFor {
  const { sync, failure, inFlight, replica, frozen } = project;
  if (sync === 'excluded') return { for: 'nothing' };
  if (sync === 'source-missing') return { for: 'its-source' };
  if (failure?.needsPerson === true) return { for: 'a-person' };
  if (failure !== null) return { for: 'the-next-try', at: failure.nextAttemptAt ?? nextSweepAt };
  if (inFlight !== null) return { for: 'a-copy' };
  if (sync === 'in-sync') return { for: 'nothing' };
  if (frozen !== null && replica !== null) return { for: 'a-person' };
  return replica === null ? { for: 'its-turn' } : { for: 'the-next-sweep', at: nextSweepAt };
}
