import type { Observation, Project } from './model.ts';
import type { Policy } from './policy.ts';
import type { Generation, ReplicaRecord, Run, Snapshot } from './record.ts';
import type { Content } from './revision.ts';
import { planRun } from './plan-run.ts';
import { planSettled } from './plan-settled.ts';

/** Something to look at before more can be decided. */
export type Look = 'source' | 'source-content' | 'target-projects' | 'candidate' | 'candidate-content';

/** What has been looked at since the last effect. Absent: not yet. Null: looked, and there is no such project. */
export interface Seen {
  readonly source?: Observation | null;
  readonly sourceContent?: Content;
  readonly targetProjects?: readonly Project[];
  /** The project that the run is importing. */
  readonly candidate?: Project | null;
  readonly candidateContent?: { readonly observation: Observation; readonly content: Content } | null;
}

/** One effect and the facts it leaves in the record. */
export type Step =
  /** ExportProject, intent into the record, ImportProject, its project into the record. */
  | { readonly do: 'import'; readonly before: Snapshot; readonly observation: Observation; readonly content: Content }
  | { readonly do: 'adopt'; readonly projectId: string }
  | { readonly do: 'end-run'; readonly code: string; readonly message: string }
  | { readonly do: 'note-imported' }
  | { readonly do: 'mark' }
  | { readonly do: 'note-verified'; readonly verified: NonNullable<Run['verified']> }
  | { readonly do: 'discard'; readonly code: string; readonly message: string }
  | { readonly do: 'intend-names'; readonly naming: NonNullable<Run['naming']> }
  | { readonly do: 'rename-aside' }
  | { readonly do: 'rename' }
  | { readonly do: 'switch' }
  /** Name and description of the current copy, in line with the source's. */
  | { readonly do: 'align'; readonly generation: Generation; readonly name: string; readonly source: Snapshot }
  /** A copy that is no longer on the target. */
  | { readonly do: 'forget'; readonly generation: Generation };

export type Settled = 'in-sync' | 'behind' | 'excluded' | 'source-missing';

/** What to do next about one project; decided here, carried out elsewhere. */
export type Plan =
  | { readonly kind: 'look'; readonly at: Look }
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'wait'; readonly inSeconds: number; readonly reason: string }
  | { readonly kind: 'settled'; readonly as: Settled; readonly reason: string; readonly source: Snapshot | null };

export interface PlanInput {
  readonly record: ReplicaRecord;
  readonly seen: Seen;
  readonly policy: Policy;
  readonly now: Date;
  /** A copy was completed in this very invocation: what changed meanwhile waits for the next sweep. */
  readonly justCopied: boolean;
}

/** Decides the next thing to do from the facts alone; the same facts always give the same plan. */
export function planProject(input: PlanInput): Plan {
  const { run } = input.record;
  return run !== null && (run.intent !== null || run.discard !== null) ? planRun(input, run) : planSettled(input);
}

export function look(at: Look): Plan {
  return { kind: 'look', at };
}

export function step(next: Step): Plan {
  return { kind: 'step', step: next };
}

export function secondsBetween(earlier: string, later: Date): number {
  return (later.getTime() - Date.parse(earlier)) / 1_000;
}
