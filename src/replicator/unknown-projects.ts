import { hasSeen } from '../core/plan/triggers.ts';
import { secondsSince } from '../core/facts/time.ts';
import type { Project } from '../core/facts/model.ts';
import type { SweepState } from '../core/facts/sweep-state.ts';
import { type BucketSize, useOf } from '../core/facts/trigger.ts';
import { appItem, type AppItem } from '../core/facts/work-item.ts';
import { updateSweepState } from './documents.ts';
import { unlessGone } from './observe.ts';
import { LOST_AFTER_IN_SECONDS, postTrigger, type Received } from './triggers.ts';
import type { Dependencies } from './context.ts';

/** Anybody who may post can make ids up. So many are asked after at once, and one a minute in the long run … */
const LOOKS: BucketSize = { capacity: 10, secondsPerUse: 60 };
/** … and the others wait for one list of all projects, so long after the first of them. */
const LISTED_AFTER_IN_SECONDS = 60;

/** The project of an id that no accepted list and no record names, or why nothing is known of it. */
export type Answer = { readonly project: Project } | { readonly unknown: string };

export const NO_SUCH_PROJECT = 'the primary has no such project';

/** Asks the primary for a project that only a notification names: a new one, or nobody's. What that costs is bounded. */
export async function askForUnknown(
  projectId: string,
  { at }: Received,
  deps: Dependencies,
  signal: AbortSignal,
): Promise<Answer> {
  const { store, clock, source } = deps;
  const now = clock.now();
  // By what the last attempt to store it found.
  const decision: { use: 'look' | 'list' | 'listed' | 'none' } = { use: 'none' };
  const listing = { id: deps.newId(), dueAt: new Date(now.getTime() + LISTED_AFTER_IN_SECONDS * 1_000).toISOString() };
  await updateSweepState(store, clock, (state) => {
    const { listedAt, unknown } = state;
    // What a list lacks may have been made just after it was asked for.
    const isListed = hasSeen(listedAt, at);
    const looks = isListed ? null : useOf(unknown.looks, LOOKS, now);
    const withoutLook = isPending(unknown.listing, now) ? 'none' : 'list';
    const use = isListed ? 'listed' : looks !== null ? 'look' : withoutLook;
    decision.use = use;
    if (use === 'look') return { ...state, unknown: { ...unknown, looks } };
    return use === 'list' ? { ...state, unknown: { ...unknown, listing } } : state;
  });
  if (decision.use === 'listed') return { unknown: NO_SUCH_PROJECT };
  if (decision.use === 'list') await deps.queue.enqueue(appItem('list-projects', listing.id), LISTED_AFTER_IN_SECONDS);
  if (decision.use !== 'look')
    return { unknown: 'the primary is listed soon, and a project that is new is looked at then' };
  const project = await unlessGone(source.getProject(projectId, signal));
  return project === null ? { unknown: NO_SUCH_PROJECT } : { project };
}

function isPending(listing: SweepState['unknown']['listing'], now: Date): boolean {
  return listing !== null && secondsSince(listing.dueAt, now) < LOST_AFTER_IN_SECONDS;
}

/** Lists the primary once for all notifications about unknown projects, and has those looked at that are new. */
export async function listNewProjects(item: AppItem, deps: Dependencies, signal: AbortSignal): Promise<number> {
  const { store, clock, source, policy } = deps;
  const before = await store.sweep.read(signal);
  // Another listing has taken the place of this one, or it was carried out and its message is delivered again.
  if (before === null || before.value.unknown.listing?.id !== item.wakeId) return 0;
  const listedAt = clock.now().toISOString();
  const listed = await source.getProjects(signal);
  const known = new Set(before.value.projects.map(({ id }) => id));
  const isNew = (project: Project): boolean => !known.has(project.id) && policy.exclusionOf(project) === null;
  // Where the lists can't be right nothing that is new is copied, and no id is taken for nobody's.
  const isBelieved = before.value.brake === null;
  const found = isBelieved ? listed.filter(isNew) : [];
  for (const { id } of found) await postTrigger(id, { at: listedAt, messageId: item.wakeId }, deps);
  await updateSweepState(store, clock, (state) => {
    const { unknown } = state;
    const isDone = unknown.listing?.id === item.wakeId;
    const isNewer = state.listedAt === null || state.listedAt < listedAt;
    return {
      ...state,
      listedAt: isBelieved && isNewer ? listedAt : state.listedAt,
      unknown: { ...unknown, listing: isDone ? null : unknown.listing },
    };
  });
  return found.length;
}
