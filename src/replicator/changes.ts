import { changesBySomebody } from '../core/plan/blockers.ts';
import type { Observation } from '../core/facts/model.ts';
import type { Generation } from '../core/facts/record.ts';
import { observe, readContent, unlessGone } from './observe.ts';
import type { Dependencies } from './context.ts';

/**
 * A copy as it is now, and whether somebody changed it since our own last write. With `if-modified`, labels are read
 * only where the service says that the copy was modified.
 */
export async function lookForChanges(
  generation: Generation,
  labels: 'always' | 'if-modified',
  { target, clock }: Dependencies,
  signal: AbortSignal,
): Promise<{ readonly replica: Observation | null; readonly isChanged: boolean }> {
  const { replicaProjectId, lastModified } = generation;
  const replica = await observe(target, replicaProjectId, clock, signal);
  if (replica === null) return { replica, isChanged: false };
  const reads = labels === 'always' || replica.project.lastModified !== lastModified;
  const content = reads ? await unlessGone(readContent(target, replicaProjectId, signal)) : null;
  return { replica, isChanged: changesBySomebody(generation, replica, content).length > 0 };
}
