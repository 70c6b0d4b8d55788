import type { Observation, Project, TrainingApi } from '../facts/model.ts';
import type { Policy } from './policy.ts';
import type { PublicationStep, ReplicaPublication } from '../content/publications.ts';
import type {
  Difference,
  Generation,
  Integration,
  Published,
  RecordFailure,
  ReplicaRecord,
  Run,
  Snapshot,
} from '../facts/record.ts';
import type { LabelEdits } from '../facts/sweep-state.ts';
import type { Content } from '../content/revision.ts';
import type { Decision } from '../facts/decision.ts';
import type { Route } from '../facts/routing.ts';

/** Something to look at before more can be decided. The *replica* is the copy being made, else the current one. */
export type Look =
  | 'source'
  | 'source-integration'
  | 'source-content'
  | 'target-projects'
  | 'target-fault'
  | 'candidate'
  | 'replica'
  | 'replica-content'
  | 'waiting-copy'
  | 'route'
  | 'listed-projects';

export type TargetFault = 'one-resource' | 'other-copies' | 'not-looked-at';

/** What has been looked at since the last effect. Absent: not yet. Null: looked, and there is none. */
export interface Observed {
  readonly source?: Observation | null;
  readonly sourceIntegration?: SourceIntegration;
  /** Null where a project that is to be copied never rested while it was read. */
  readonly sourceContent?: Content | null;
  /** Whether the service is known to move the source's `lastModified` with an edit of labels. */
  readonly labelEdits?: LabelEdits;
  readonly targetProjects?: readonly Project[];
  /** Why the last sweep took the target as a whole for one that nothing may be written to. */
  readonly targetFault?: TargetFault | null;
  /** How many projects the target may hold, as far as is known today. */
  readonly targetProjectLimit?: number;
  /** The project that the run is importing, without what it holds. */
  readonly candidate?: Project | null;
  readonly replica?: Observation | null;
  readonly replicaContent?: Content | null;
  /** The newest copy that waits until it can serve what the one in use serves. */
  readonly waitingCopy?: Observation | null;
  /** This project's entry in the routing manifest. */
  readonly route?: Route | null;
  /** The source's projects as the last sweep accepted them. */
  readonly listedProjects?: readonly { readonly id: string; readonly name: string }[];
}

/** The source project by the API version that shows the storage URIs, or why none could be asked. */
export type SourceIntegration = { readonly project: Project; readonly api: TrainingApi } | { readonly problem: string };

/** One effect and the facts it leaves in the record. */
export type Step =
  /** ExportProject, intent into the record, ImportProject, its project into the record. */
  | {
      readonly do: 'import';
      readonly before: Snapshot;
      readonly observation: Observation;
      readonly content: Content | null;
    }
  | { readonly do: 'adopt'; readonly replicaProjectId: string }
  | { readonly do: 'end-run'; readonly code: string; readonly message: string }
  | { readonly do: 'note-imported' }
  | { readonly do: 'mark' }
  /** Takes storage URIs that came with the import off the copy. A failure of the last try is a difference. */
  | { readonly do: 'unlink'; readonly isLastTry: boolean }
  | { readonly do: 'note-verified'; readonly verified: NonNullable<Run['verified']> }
  | { readonly do: 'discard'; readonly discard: Discard }
  /** Keeps a copy that lacks the same as the one before it under a name of its own, out of routing. */
  | {
      readonly do: 'keep-unverified';
      readonly replica: Observation;
      readonly content: Content;
      readonly lacking: readonly Difference[];
    }
  | { readonly do: 'intend-names'; readonly naming: NonNullable<Run['naming']> }
  | { readonly do: 'rename-predecessor' }
  | { readonly do: 'rename' }
  /** Routing names those publications of the copy that were just seen, and no others. */
  | { readonly do: 'switch'; readonly project: Project; readonly published: readonly Published[] }
  | PublicationStep
  /** What the service was just seen to show of the publications of a copy. */
  | {
      readonly do: 'note-published';
      readonly generation: Generation;
      readonly published: readonly Published[];
      readonly foundPublished: readonly ReplicaPublication[];
    }
  /** Name and description of the current copy, in line with the source's. */
  | { readonly do: 'align'; readonly generation: Generation; readonly name: string; readonly source: Snapshot }
  /** The routing manifest, in line with the record; it names no publication of the copy but these. */
  | { readonly do: 'route'; readonly source: Snapshot; readonly published: readonly ReplicaPublication[] }
  /** The current copy's labels were read and are what they should be. */
  | {
      readonly do: 'note-proof';
      readonly generation: Generation;
      readonly lastModified: string | null;
      readonly full: boolean;
      /** When the reading of the source's labels began; null where they were not read. */
      readonly labelsSeenAt: string | null;
    }
  /** The current copy was made of a source that changed while it was looked at: it holds what a later look shows. */
  | { readonly do: 'note-held'; readonly generation: Generation; readonly source: Snapshot }
  /** Which side routing sends clients to, in line with the decision; the rest of the entry stays as it is. */
  | { readonly do: 'route-active'; readonly decision: Decision }
  /** Routing sends clients to the copy, and the decision to do so is lost: it is written anew. */
  | { readonly do: 'decide-as-routed'; readonly route: Route }
  /** A copy that somebody worked on, and that is left to them. */
  | { readonly do: 'leave'; readonly generation: Generation }
  /** What somebody did on the copy in use may go: from here on it counts as ours as it is, and as no copy of the source. */
  | {
      readonly do: 'drop-work';
      readonly generation: Generation;
      readonly replica: Observation;
      readonly content: Content;
    }
  /** A copy that is on the target and in no record, found by its mark. */
  | { readonly do: 'rebuild'; readonly project: Project }
  /** Puts a copy that is there already into use. */
  | {
      readonly do: 'promote';
      readonly generation: Generation;
      readonly because: 'found' | 'restored' | 'no-longer-needed';
    }
  /** The copy in use has lost much of what this one holds: it outlives it. */
  | { readonly do: 'pin'; readonly generation: Generation; readonly lost: readonly Difference[] }
  /** Whether what somebody changed on an older copy was undone. */
  | { readonly do: 'recheck'; readonly generation: Generation }
  /** A complete copy is kept beside the one in use: it can't serve what that one serves, or clients were sent to that one. */
  | {
      readonly do: 'keep-waiting';
      readonly project: Project;
      readonly lacksModels: readonly string[];
      readonly because: 'COPY_LACKS_MODELS' | 'PROJECT_FAILED_OVER';
    }
  /** What the source publishes, as was just seen, the copy in use must serve where this one does. */
  | { readonly do: 'retire'; readonly generation: Generation; readonly reason: string; readonly source: Snapshot }
  /** A copy that is no longer on the target, or no longer ours. */
  | { readonly do: 'forget'; readonly generation: Generation; readonly because: 'gone' | 'unmarked' }
  /** Both storage URIs onto the source project, with everything else as it was just read. */
  | { readonly do: 'integrate'; readonly project: Project; readonly api: TrainingApi }
  | { readonly do: 'note-integration'; readonly integration: Integration };

export type StepOf<Name extends Step['do']> = Extract<Step, { do: Name }>;

export interface Discard {
  readonly class: 'partial-import' | 'quota' | 'wait';
  readonly code: string;
  readonly message: string;
  /** What the copy lacked, where it was read. */
  readonly lacking: readonly Difference[];
}

/** What keeps a project from going on, found by looking rather than by a call that failed. */
export type Blocker = Pick<RecordFailure, 'code' | 'message' | 'hint'> & {
  readonly class: 'quota' | 'diverged' | 'wait';
};

type Settled = 'in-sync' | 'behind' | 'excluded' | 'source-missing';

export interface LookPlan {
  readonly kind: 'look';
  readonly at: Look;
  /** For `source-content`: a copy is going to be made, whatever the labels are. */
  readonly toCopy?: boolean;
}

/** What to do next about one project; decided here, carried out elsewhere. */
export type Plan =
  | LookPlan
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'wait'; readonly inSeconds: number; readonly reason: string }
  | { readonly kind: 'blocked'; readonly blocker: Blocker }
  | {
      readonly kind: 'settled';
      readonly as: Settled;
      readonly reason: string;
      readonly source: Snapshot | null;
      /** Where in sync: since when the copy is known to hold what the source holds; null where nobody knows. */
      readonly inSyncAt?: string | null;
      /** Where in sync: when the last reading of the source's labels began that showed it. */
      readonly labelsSeenAt?: string | null;
    };

export interface PlanInput {
  readonly record: ReplicaRecord;
  readonly observed: Observed;
  readonly policy: Policy;
  readonly now: Date;
  /** A copy was completed in this very invocation: what changed meanwhile waits for the next sweep. */
  readonly justCopied: boolean;
  /** A person asked for this look: storage URIs are looked at again although that was done within a day. */
  readonly isRequested?: boolean;
  /** What a person has decided about this project; null where nobody has. */
  readonly decision: Decision | null;
  /** The source cannot be asked now: only what needs the target alone is done. */
  readonly sourceIsOut?: boolean;
  /** The target has too few free slots: this project gives up its oldest copy that may yield. */
  readonly makeRoom: boolean;
}

export function look(at: Look): Plan {
  return { kind: 'look', at };
}

/** The labels of a source that is going to be copied. */
export function lookToCopy(): Plan {
  return { kind: 'look', at: 'source-content', toCopy: true };
}

export function step(next: Step): Plan {
  return { kind: 'step', step: next };
}
