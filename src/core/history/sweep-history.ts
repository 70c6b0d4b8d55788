import type { HistoryEntry, HistoryFacts } from '../facts/history.ts';
import { historyEntry } from '../facts/history.ts';
import type { SweepState } from '../facts/sweep-state.ts';

/** What happened to the app as a whole, from what the sweeps left and what they leave next. */
export function historyOfSweep(before: SweepState, after: SweepState, now: Date): HistoryEntry[] {
  const at = now.toISOString();
  const facts = [...brakes(before.brake, after.brake, at), ...settings(before.settings, after.settings, at)];
  return facts.map((one) => historyEntry(one));
}

/** Who changed a setting nobody knows here: the app only finds it changed. */
function settings(was: SweepState['settings'], is: SweepState['settings'], at: string): HistoryFacts[] {
  if (was === undefined || is === undefined) return [];
  const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((name) => was[name] !== is[name])
    .sort();
  if (changed.length === 0) return [];
  const evidence = Object.fromEntries(
    changed.map((name) => [name, `${was[name] ?? 'not set'} → ${is[name] ?? 'not set'}`]),
  );
  return [{ id: `app:settings.changed:${at}`, at, event: 'settings.changed', by: 'unknown', evidence }];
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
