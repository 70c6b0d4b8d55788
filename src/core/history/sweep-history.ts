import type { HistoryEntry, HistoryFacts } from '../facts/history.ts';
import { historyEntry } from '../facts/history.ts';
import type { SweepState } from '../facts/sweep-state.ts';

/** What happened to the app as a whole, from what the sweeps left and what they leave next. */
export function historyOfSweep(before: SweepState, after: SweepState, now: Date): HistoryEntry[] {
  return brakes(before.brake, after.brake, now.toISOString()).map((facts) => historyEntry(facts));
}

/** A brake is one from when it was tripped until it is released; the list may get longer or shorter meanwhile. */
function brakes(was: SweepState['brake'], is: SweepState['brake'], at: string): HistoryFacts[] {
  const isSame = was !== null && is !== null && was.since === is.since && was.kind === is.kind;
  const facts: HistoryFacts[] = [];
  if (was !== null && !isSame) {
    const evidence = { since: was.since, confirmedAt: was.confirmedAt };
    facts.push({ id: `app:brake.released:${was.kind}:${was.since}`, at, event: 'brake.released', evidence });
  }
  if (is !== null && !isSame) {
    const evidence = { kind: is.kind, accepted: is.accepted, missing: is.missing };
    facts.push({ id: `app:brake.tripped:${is.kind}:${is.since}`, at: is.since, event: 'brake.tripped', evidence });
  }
  if (is?.confirmedAt != null && is.confirmedAt !== was?.confirmedAt) {
    const evidence = { kind: is.kind, accepted: is.accepted, missing: is.missing };
    const id = `app:brake.confirmed:${is.kind}:${is.confirmedAt}`;
    facts.push({ id, at: is.confirmedAt, event: 'brake.confirmed', by: is.confirmedBy ?? 'unknown', evidence });
  }
  return facts;
}
