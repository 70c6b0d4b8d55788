import type { Observation } from '../facts/model.ts';
import type { Blocker } from './types.ts';
import type { Generation, Snapshot } from '../facts/record.ts';
import type { Content } from '../content/revision.ts';
import { comparableDigests, revisionOf } from '../content/revision.ts';

/** The service has made a project read-only; nobody but the service can end that. */
export function drMode(side: 'primary' | 'secondary'): Blocker {
  return {
    class: 'wait',
    code: 'DR_MODE',
    message: `Custom Vision has put the project on the ${side} into disaster recovery mode: it is read-only for now.`,
    hint: 'Nothing has to be done: the project is looked at again until the service ends that mode.',
  };
}

export function noFreeSlot(held: number, limit: number, configured: number, hasCopy: boolean): Blocker {
  const origin = limit < configured ? ', as the service showed by refusing another' : '';
  const meanwhile = hasCopy ? 'The copy that is there stays in use.' : 'Until then this project has no copy.';
  return {
    class: 'quota',
    code: 'NO_FREE_SLOT',
    message: `The secondary holds ${held} of ${limit} projects${origin}, and a new copy needs a free slot.`,
    hint: `Delete projects on the secondary that nobody needs, exclude some with EXCLUDE_PROJECTS, or move to a larger tier and set SECONDARY_PROJECT_LIMIT. ${meanwhile}`,
  };
}

/** How a copy is not what it was after our own last write to it; empty where it is. */
export function changesBySomebody(generation: Generation, replica: Observation, content: Content | null): string[] {
  const { project } = replica;
  const changes: string[] = [];
  if (project.name !== generation.name && project.name !== generation.intendedName) {
    changes.push(`its name was ${generation.name} and is ${project.name}`);
  }
  const revision = revisionOf(replica);
  if (revision !== generation.baseline.revision) {
    changes.push(`its content was ${generation.baseline.revision} and is ${revision}`);
  }
  const digests = content === null ? null : comparableDigests(generation.baseline, content);
  if (digests !== null && digests.held !== digests.read) {
    changes.push(`its labels were ${digests.held} and are ${digests.read}`);
  }
  return changes;
}

/** The three-way account of a copy that somebody trained, labelled or renamed. */
export function diverged(generation: Generation, changes: readonly string[], source: Snapshot): Blocker {
  const { name, holds, importedAt } = generation;
  const sourceNow = source.revision === holds.revision ? 'is still that' : `is now ${source.revision}`;
  return {
    class: 'diverged',
    code: 'REPLICA_CHANGED',
    message: `Somebody changed the replica ${name}: ${changes.join('; ')}. It was copied at ${importedAt} from ${holds.revision}; the source ${sourceNow}.`,
    hint: `Nothing is overwritten. To keep the change, take the last line out of the replica's description: it is then yours, and a new copy is made beside it. To drop the change, delete the replica, or undo it${changes.length === 1 && changes[0]?.startsWith('its name') ? ` by naming it ${name}` : ''}.`,
  };
}
