import type { Owner } from '../content/mark.ts';
import { isReplicaOf } from '../content/mark.ts';
import type { ReplicaRecord } from '../facts/record.ts';
import type { ReplicaPublication } from '../content/publications.ts';
import { isSame, publishedOn } from '../content/publications.ts';
import type { Observation, Project } from '../facts/model.ts';
import type { Blocker, Observed } from './types.ts';
import type { Generation, Snapshot } from '../facts/record.ts';
import type { Content } from '../content/revision.ts';
import { changesInWords, contentsLeft, contentsOf } from '../content/contents.ts';
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

/** The list shows a copy of ours in a way that cannot be read: nobody can tell whether it is still as it was. */
export function unreadableCopy({ id }: Pick<Project, 'id'>, problem: string): Blocker {
  return {
    class: 'wait',
    code: 'UNREADABLE_COPY',
    message: `The secondary shows the copy ${id} in a way that cannot be read: ${problem}.`,
    hint: 'Nothing is done to it, and other projects go on. Look at that project in the portal; it is tried again in each sweep.',
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

/** Nothing may be written where a resource would be its own secondary. */
export function oneResource(): Blocker {
  return {
    class: 'diverged',
    code: 'ONE_RESOURCE',
    message: 'The secondary lists projects of the primary: both endpoints are of one Custom Vision resource.',
    hint: 'Nothing is written to it. Set SECONDARY_TRAINING_ENDPOINT to another resource, in another region.',
  };
}

/** The sweep has found that the target is not this app's own. */
export function otherCopies(): Blocker {
  return {
    class: 'diverged',
    code: 'OTHER_COPIES',
    message: 'The secondary has none of the copies that are recorded, and holds copies that others made.',
    hint: 'Nothing is written to it. Check SECONDARY_TRAINING_ENDPOINT; if it is meant so, POST /api/brake/confirm.',
  };
}

/** Where the target is not one to make copies on, nothing is written on either side; null where it is one. */
export function targetBlocker(
  { sourceProjectId }: Pick<ReplicaRecord, 'sourceProjectId'>,
  { targetProjects = [], targetFault = null }: Pick<Observed, 'targetProjects' | 'targetFault'>,
): Blocker | null {
  const isSource = targetProjects.some(({ id }) => id === sourceProjectId);
  if (isSource || targetFault === 'one-resource') return oneResource();
  if (targetFault === 'not-looked-at') return targetNotLookedAt();
  return targetFault === 'other-copies' ? otherCopies() : null;
}

/** After an endpoint was changed only a sweep, which sees both lists whole, can tell whether the target is ours. */
function targetNotLookedAt(): Blocker {
  return {
    class: 'wait',
    code: 'TARGET_NOT_LOOKED_AT',
    message: 'An endpoint was changed, and no sweep has compared both resources since.',
    hint: 'Nothing has to be done: the next sweep does, and work goes on from there.',
  };
}

/** Somebody's import into the source itself: what it holds now is half of something. */
export function sourceNotReady(status: string): Blocker {
  return {
    class: 'wait',
    code: 'SOURCE_NOT_READY',
    message: `The project on the primary is ${status}: it is not copied from until the service says Succeeded.`,
    hint:
      status === 'Failed'
        ? 'An import into it failed, and it may lack content. Repair or delete it on the primary; its copies stay as they are.'
        : 'Nothing has to be done: it is copied once that is over.',
  };
}

/** The copy in use serves clients, and a newer one can't: clients go before content. */
export function copyLacksModels({ name }: Generation, names: readonly string[], isNewest: boolean): Blocker {
  const which = isNewest ? `The newest copy, ${name},` : `As many copies as are kept, the newest of them ${name},`;
  return {
    class: 'wait',
    code: 'COPY_LACKS_MODELS',
    message: `${which} cannot serve ${names.join(', ')}, which the copy in use serves and the source still publishes.`,
    hint: 'The copy in use stays. Publish these names on the primary on an iteration that the newer copy has, or on one that an import brings along (train it once more), or end them there; the newer copy is then put into use.',
  };
}

/** How a copy differs from what it was after our own last write to it; empty where it does not. */
export function changesBySomebody(generation: Generation, replica: Observation, content: Content | null): string[] {
  const { project } = replica;
  const changes: string[] = [];
  if (project.name !== generation.name && project.name !== generation.intendedName) {
    changes.push(`its name was ${generation.name} and is ${project.name}`);
  }
  const revision = revisionOf(replica);
  if (revision !== generation.baseline.revision) {
    const words = changesInWords(contentsLeft(generation), contentsOf(replica, content?.regions ?? null));
    changes.push(
      ...(words.length === 0
        ? ['something that no count shows is another: its settings, a tag or an iteration']
        : words),
    );
  }
  const digests = content === null ? null : comparableDigests(generation.baseline, content);
  if (digests !== null && digests.held !== digests.read) {
    changes.push('labels of its images are others');
  }
  return changes;
}

/**
 * What an older copy is published as that neither this app published nor was found on it, nor the source ever
 * published: somebody relies on it under a name of their own.
 */
export function publishedBySomebody(generation: Generation, replica: Observation, source: Snapshot | null): string[] {
  const { published, foundPublished, holds } = generation;
  const isIn = (list: readonly ReplicaPublication[], one: ReplicaPublication): boolean =>
    list.some((other) => isSame(other, one));
  const names = new Set([...holds.publications, ...(source?.publications ?? [])].map(({ publishName }) => publishName));
  return publishedOn(replica)
    .filter((shown) => !isIn(published, shown) && !(isIn(foundPublished, shown) && names.has(shown.publishName)))
    .map(({ publishName }) => publishName);
}

/**
 * Somebody trained, labelled or renamed a copy: what was copied, what the source is now and what the copy is now.
 *
 * @param source null where no source is followed: then no other copy is made either
 */
export function diverged(generation: Generation, changes: readonly string[], source: Snapshot | null): Blocker {
  const { name, holds, importedAt } = generation;
  const isSame = source?.revision === holds.revision;
  const sourceNow =
    source === null ? 'is not followed any more' : isSame ? 'is still as it was then' : 'has changed since';
  const yours = source === null ? 'it is then yours' : 'it is then yours, and a new copy is made beside it';
  return {
    class: 'diverged',
    code: 'REPLICA_CHANGED',
    message: `Somebody changed the replica ${name}: ${changes.join('; ')}. It was copied at ${importedAt}; the source ${sourceNow}.`,
    hint: `Nothing is overwritten. To keep the change, take the last line out of the replica's description: ${yours}. To drop the change, delete the replica, or undo it${changes.length === 1 && changes[0]?.startsWith('its name') ? ` by naming it ${name}` : ''}.`,
  };
}

/**
 * Whether a copy that is as we left it is somebody's all the same: they rely on it under a name of their own, or its mark
 * names another installation, which looks after it as well.
 */
export function isTheirs(
  generation: Generation,
  replica: Observation,
  { sourceProjectId, source }: ReplicaRecord,
  owner: Owner,
): boolean {
  if (publishedBySomebody(generation, replica, source).length > 0) return true;
  return !isReplicaOf(replica.project, sourceProjectId, owner);
}
