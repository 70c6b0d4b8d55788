import { runScript, type Result } from './run-script.ts';
import type { Event, Script } from './script.ts';

/** How long a shortest script is looked for. */
export interface Effort {
  readonly runs: number;
  readonly inMs: number;
}

/**
 * A shorter script that breaks the same invariant: happenings are left out, half of them at first and in the end one by
 * one, then what is unusual about the world.
 */
export async function shrink(script: Script, found: Result, effort: Effort): Promise<Script> {
  const invariant = found.breach?.invariant;
  const until = Date.now() + effort.inMs;
  let runs = 0;
  const isSame = async (candidate: Script): Promise<boolean> => {
    if (runs >= effort.runs || Date.now() > until) return false;
    runs += 1;
    return (await runScript(candidate)).breach?.invariant === invariant;
  };
  let best = script;
  const keepIf = async (candidate: Script): Promise<boolean> => {
    if (!(await isSame(candidate))) return false;
    best = candidate;
    return true;
  };
  await keepIf(cutAfter(best, found.days));
  best = await withoutEvents(best, isSame);
  for (const name of Object.keys(best.unknowns)) {
    const unknowns = Object.fromEntries(Object.entries(best.unknowns).filter(([other]) => other !== name));
    await keepIf({ ...best, unknowns });
  }
  await keepIf({ ...best, slowness: 0 });
  for (let hosts = 1; hosts < best.hosts; hosts += 1) if (await keepIf({ ...best, hosts })) break;
  return best;
}

/** What comes after the breach has no part in it; but one that is found in the end needs the whole script. */
function cutAfter(script: Script, days: number): Script {
  const last = Math.ceil(days * 86_400) + 1;
  const events = script.events.filter(({ at }) => at <= last);
  return { ...script, events, days: Math.min(script.days, Math.ceil(days)) };
}

/** Delta debugging: ever smaller parts of the list are left out, as long as what is left still breaks it. */
async function withoutEvents(script: Script, isSame: (script: Script) => Promise<boolean>): Promise<Script> {
  let events: readonly Event[] = script.events;
  for (let size = Math.ceil(events.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < events.length;) {
      const left = [...events.slice(0, start), ...events.slice(start + size)];
      if (await isSame({ ...script, events: left })) events = left;
      else start += size;
    }
  }
  return { ...script, events };
}
