import { newsOf } from '../core/plan/triggers.ts';
import { newTrigger, type Trigger } from '../core/facts/trigger.ts';
import { nameOfItem, workItem, type WorkItem } from '../core/facts/work-item.ts';
import { secondsSince } from '../core/facts/time.ts';
import { updateDocument } from './documents.ts';
import type { Lease } from './ports/storage.ts';
import type { Dependencies } from './context.ts';

/** Reasons that say that the source may have changed: the end of a run must look at it again. */
export const TRIGGERS: ReadonlySet<WorkItem['reason']> = new Set<WorkItem['reason']>(['training-completed', 'request']);

/** A message that nobody has taken for so long is taken for lost. */
export const LOST_AFTER_IN_SECONDS = 600;

/** When a notification came, and by which id its message is known, where it is. */
export interface Received {
  readonly at: string;
  readonly messageId: string | null;
}

type Ports = Pick<Dependencies, 'store' | 'queue' | 'leases' | 'clock'>;

function later(one: string | null, other: string): string {
  return one !== null && one > other ? one : other;
}

/** Sends a message for a notification, or leaves it to the one that is on its way for an earlier one; whether it sent one. */
export async function postTrigger(projectId: string, received: Received, deps: Ports): Promise<boolean> {
  const { store, queue, clock } = deps;
  // By what the last attempt to store it found.
  const decision = { sends: false };
  await updateDocument(store.trigger(projectId), (stored) => {
    const trigger = stored ?? newTrigger();
    decision.sends = !isOnItsWay(trigger, received, clock.now());
    const receivedAt = later(trigger.receivedAt, received.at);
    if (!decision.sends) return receivedAt === trigger.receivedAt ? null : { ...trigger, receivedAt };
    const enqueuedAt = clock.now().toISOString();
    return { ...trigger, receivedAt, enqueuedAt, enqueuedBy: received.messageId, isLeft: false };
  });
  // Stored before it is sent, or a worker might take the message before that: the next ones would wait for it in vain.
  if (decision.sends) await queue.enqueue({ ...workItem(projectId, 'training-completed'), receivedAt: received.at }, 0);
  return decision.sends;
}

function isOnItsWay({ enqueuedAt, enqueuedBy }: Trigger, { messageId }: Received, now: Date): boolean {
  if (enqueuedAt === null || secondsSince(enqueuedAt, now) >= LOST_AFTER_IN_SECONDS) return false;
  return messageId === null || messageId !== enqueuedBy;
}

/** Takes the message for all notifications until now: what comes from now on sends another. Answers when the last came. */
export async function takeTrigger(item: WorkItem, { store, clock }: Ports): Promise<string> {
  const receivedAt = item.receivedAt ?? clock.now().toISOString();
  const taken = await updateDocument(store.trigger(item.projectId), (trigger) =>
    trigger === null || (trigger.enqueuedAt === null && !trigger.isLeft)
      ? null
      : { ...trigger, enqueuedAt: null, enqueuedBy: null, isLeft: false },
  );
  return later(taken?.receivedAt ?? null, receivedAt);
}

/** Whether a message for a notification can end without the lease: what it says is known, or will be seen. */
export async function isOldNews(item: WorkItem, receivedAt: string, { store, clock }: Ports): Promise<boolean> {
  const record = (await store.record(item.projectId).read())?.value ?? null;
  // A message that is delivered again may have to send the wake that it stored.
  if (record?.wake?.storedBy === nameOfItem(item)) return false;
  return newsOf(record, receivedAt, clock.now()) !== 'news';
}

/** Somebody else has the lease. Null where they still have it: the message, or what it said, is seen to later. */
export async function comeBack(item: WorkItem, receivedAt: string | null, deps: Ports): Promise<Lease | null> {
  if (receivedAt !== null) return leaveTrigger(item, receivedAt, deps);
  // The message goes back as it is; it is delivered again once the holder of the lease is done or gone.
  await deps.queue.enqueue(item, Math.ceil(deps.leases.leaseInSeconds / 2));
  return null;
}

/**
 * The lease is taken. What a notification said is left to the holder, which looks for it once it has released the lease:
 * where that is just now, the lease is free, and is taken here. The message comes back once, in case the holder dies.
 */
async function leaveTrigger(item: WorkItem, receivedAt: string, deps: Ports): Promise<Lease | null> {
  const { store, leases, queue } = deps;
  await updateDocument(store.trigger(item.projectId), (stored) => {
    const trigger = stored ?? newTrigger();
    return { ...trigger, receivedAt: later(trigger.receivedAt, receivedAt), isLeft: true };
  });
  const lease = await leases.acquire(item.projectId);
  if (lease === null && item.isRepeat !== true) {
    await queue.enqueue({ ...item, receivedAt, isRepeat: true }, Math.ceil(leases.leaseInSeconds / 2));
  }
  return lease;
}

/** After the lease was released: sends on what others have left to its holder meanwhile. */
export async function passOnTrigger(projectId: string, { store, queue }: Ports): Promise<void> {
  const document = store.trigger(projectId);
  const stored = await document.read();
  if (stored === null || !stored.value.isLeft || stored.value.receivedAt === null) return;
  const { receivedAt } = stored.value;
  await queue.enqueue({ ...workItem(projectId, 'training-completed'), receivedAt }, 0);
  await updateDocument(document, (trigger) =>
    trigger === null || !trigger.isLeft || trigger.receivedAt !== receivedAt ? null : { ...trigger, isLeft: false },
  );
}
