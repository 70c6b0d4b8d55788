import { toFailure } from '../../core/facts/failure.ts';
import type { Project } from '../../core/facts/model.ts';
import type { Dependencies } from '../context.ts';
import { forEachAtMost } from '../for-each.ts';
import { observeProject } from '../observe.ts';
import { RecordOnHand } from '../record-on-hand.ts';
import { withLook } from '../settle.ts';
import type { Lists } from './lists.ts';
import type { SweepRound } from './round.ts';

const PROJECTS_AT_ONCE = 4;

/**
 * What a sweep does where the target gives no list: the sources are looked at, so that status says what they are by now and
 * how far their copies are behind. No copy is compared, and nothing is said of one. What there is no time for is looked at
 * by the next sweep, which begins with what was not seen for longest.
 */
export async function watchSources(
  inScope: readonly Project[],
  lists: Lists,
  round: SweepRound,
  deps: Dependencies,
  signal: AbortSignal,
): Promise<void> {
  const seenAt = ({ id }: Project): string => lists.records.get(id)?.source?.observedAt ?? '';
  const readable = inScope.filter(({ id, problem }) => problem === undefined && lists.records.has(id));
  const ordered = readable.toSorted((one, other) => (seenAt(one) < seenAt(other) ? -1 : 1));
  await forEachAtMost(ordered, PROJECTS_AT_ONCE, signal, async (project, stopped) => {
    if (!round.takeTurn(PROJECTS_AT_ONCE)) return;
    try {
      await noteSource(project, lists.listedAt, deps, stopped);
    } catch (error) {
      stopped.throwIfAborted();
      const { code, message, hint } = toFailure(error);
      deps.events.emit({ event: 'sweep.task.failed', task: 'watch-sources', code, message, hint });
    }
  });
}

/** Where somebody is at work on the project, they look at it themselves. */
async function noteSource(project: Project, listedAt: string, deps: Dependencies, signal: AbortSignal): Promise<void> {
  const source = await observeProject(deps.source, project, listedAt, signal);
  const lease = await deps.leases.acquire(project.id);
  if (lease === null) return;
  try {
    const onHand = await RecordOnHand.read(project.id, deps, lease.signal);
    const record = onHand.value;
    if (record === null || (record.source?.observedAt ?? '') >= listedAt) return;
    await onHand.save(withLook(record, { source }));
  } finally {
    await lease.release();
  }
}
