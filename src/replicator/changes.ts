import { changesBySomebody } from '../core/plan/blockers.ts';
import type { Observation } from '../core/facts/model.ts';
import type { Generation } from '../core/facts/record.ts';
import type { WorkContext } from './context.ts';
import { observe, unlessGone } from './observe.ts';

/**
 * A copy as it is now, and whether somebody changed it since our own last write. With `if-modified`, labels are read
 * only where the service says that the copy was modified.
 */
export async function lookForChanges(
  generation: Generation,
  labels: 'always' | 'if-modified',
  { deps: { target, clock }, content: reader, signal }: WorkContext,
): Promise<{ readonly replica: Observation | null; readonly isChanged: boolean }> {
  const { replicaProjectId, lastModified } = generation;
  const replica = await observe(target, replicaProjectId, clock, signal);
  if (replica === null) return { replica, isChanged: false };
  const reads = labels === 'always' || replica.project.lastModified !== lastModified;
  const content = reads ? await unlessGone(reader.read('target', replica, generation.baseline)) : null;
  return { replica, isChanged: changesBySomebody(generation, replica, content).length > 0 };
}
