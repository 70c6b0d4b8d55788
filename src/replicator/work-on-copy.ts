import { threeWayAccount } from '../core/content/account.ts';
import { revisionOf, snapshotOf } from '../core/content/revision.ts';
import { ReplicationFailure } from '../core/facts/failure.ts';
import type { Decision } from '../core/facts/decision.ts';
import type { Observation } from '../core/facts/model.ts';
import type { Generation, ReplicaRecord } from '../core/facts/record.ts';
import { changesBySomebody, publishedBySomebody } from '../core/plan/blockers.ts';
import { ContentReader, ReadingEnds } from './content-reader.ts';
import type { Dependencies } from './context.ts';
import { observe, unlessGone } from './observe.ts';

/** What somebody did on a copy, and how it stands now, by which it is known again. */
export interface WorkFound {
  readonly account: string;
  readonly fingerprint: Omit<NonNullable<Decision['work']>, 'then' | 'replicaProjectId'>;
}

/**
 * Whether somebody changed a copy since our own last write to it: its name, images, tags, iterations or labels, or what it
 * is published as under a name of their own. Labels are read where the service says that the copy was modified. Null where
 * nobody did, or where the copy is gone.
 *
 * @param until when the reading of labels is to stop; the next one goes on from there
 * @throws {ReplicationFailure} `COPY_NOT_READ` where the labels were not read to their end
 */
export async function findWork(
  generation: Generation,
  record: ReplicaRecord,
  source: Observation,
  context: { readonly deps: Dependencies; readonly until: Date; readonly signal: AbortSignal },
): Promise<WorkFound | null> {
  const { deps, until, signal } = context;
  const replica = await observe(deps.target, generation.replicaProjectId, deps.clock, signal);
  if (replica === null) return null;
  const { lastModified, name } = replica.project;
  const reader = new ContentReader(deps, record.sourceProjectId, until, signal);
  const reads = lastModified !== generation.lastModified;
  const content = reads ? await toItsEnd(unlessGone(reader.read('target', replica, generation.baseline))) : null;
  await reader.forget();
  const changes = changesBySomebody(generation, replica, content);
  const names = publishedBySomebody(generation, replica, snapshotOf(source, null));
  if (changes.length + names.length === 0) return null;
  const published = names.length === 0 ? '' : ` Published by somebody: ${names.join(', ')}.`;
  return {
    account: `${threeWayAccount(generation, source, replica)}${published}`,
    fingerprint: { name, revision: revisionOf(replica), labels: content?.labels ?? null },
  };
}

async function toItsEnd<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ReadingEnds)) throw error;
    const why = error.because === 'changed' ? 'it is being changed right now' : 'there was no time to read all of it';
    throw new ReplicationFailure(`The labels of the copy were not read to their end: ${why}.`, {
      class: 'wait',
      code: 'COPY_NOT_READ',
      hint: 'Ask again: what was read is kept.',
    });
  }
}
