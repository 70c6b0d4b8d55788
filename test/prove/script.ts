import { readFileSync } from 'node:fs';
import type { FaultOrder } from '../../src/local/simulator/faults.ts';
import type { Unknowns } from '../../src/local/simulator/unknowns.ts';
import type { Outage, Side } from './twin-service.ts';

/**
 * What happens in a world. Projects and copies are named by a number: the one that is that far down the list of those
 * that are there, counted round. So a script still makes sense with some of its happenings left out.
 */
export type Happening =
  | { readonly do: 'add'; readonly name: string; readonly images: number; readonly isDetector: boolean }
  | { readonly do: 'edit'; readonly project: number; readonly change: Edit }
  | { readonly do: 'train'; readonly project: number; readonly fails: boolean }
  | { readonly do: 'publish'; readonly project: number; readonly iteration: number; readonly name: string }
  | { readonly do: 'unpublish'; readonly project: number }
  | { readonly do: 'rename'; readonly project: number; readonly name: string }
  | { readonly do: 'describe'; readonly project: number; readonly text: string }
  | { readonly do: 'wipe'; readonly project: number }
  /** A model is trained anew, and given the name of the one that it replaces. */
  | { readonly do: 'retrain'; readonly project: number }
  | { readonly do: 'delete'; readonly project: number }
  | { readonly do: 'person'; readonly act: PersonsAct; readonly copy: number }
  | { readonly do: 'stranger'; readonly name: string }
  | { readonly do: 'outage'; readonly side: Side | 'storage'; readonly how: Outage; readonly minutes: number }
  | { readonly do: 'fault'; readonly side: Side; readonly order: FaultOrder }
  | { readonly do: 'read-only'; readonly side: Side; readonly minutes: number }
  | { readonly do: 'room'; readonly slots: number; readonly minutes: number }
  | { readonly do: 'rotate-key'; readonly side: Side; readonly minutes: number }
  | { readonly do: 'kill'; readonly host: number; readonly after: number; readonly phase: 'before' | 'after' }
  | { readonly do: 'lose-leases' }
  | { readonly do: 'lose-messages' }
  | { readonly do: 'lose-replies'; readonly count: number }
  | {
      readonly do: 'mischief';
      readonly lost: number;
      readonly doubled: number;
      readonly late: number;
      readonly minutes: number;
    }
  | { readonly do: 'clock'; readonly host: number; readonly seconds: number; readonly minutes: number }
  | { readonly do: 'lose-state'; readonly what: LostState; readonly project: number }
  | {
      readonly do: 'decide';
      readonly what: 'restore' | 'release' | 'request' | 'confirm-brake' | 'fail-over' | 'fail-back';
      readonly project: number;
    };

export type Edit = 'add-images' | 'remove-images' | 'swap-labels' | 'move-boxes';
export type PersonsAct = 'unpublish' | 'rename' | 'delete' | 'label' | 'train' | 'unmark';
export type LostState = 'record' | 'all-records' | 'routing' | 'sweep' | 'triggers' | 'holds' | 'everything';

/** A happening and its time, in seconds from the start of the world. */
export type Event = Happening & { readonly at: number };

/** All that a world depends on. */
export interface Script {
  readonly seed: number;
  readonly days: number;
  readonly hosts: number;
  readonly settings: {
    readonly generationsToKeep: number;
    readonly keepCopiesForDays: number;
    readonly projectLimit: number;
    readonly shrinkLimit: number;
  };
  readonly notifies: boolean;
  /** The share of storage calls that are slow. */
  readonly slowness: number;
  readonly unknowns: Partial<Unknowns>;
  readonly events: readonly Event[];
}

export function readScript(file: string): Script {
  return JSON.parse(readFileSync(file, 'utf8')) as Script;
}
