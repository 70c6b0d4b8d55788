import { nameOfItem, workItem } from '../core/facts/work-item.ts';
import { asNotice, recordFailure } from '../core/facts/backoff.ts';
import { isFailure, type ReplicationFailure, toFailure } from '../core/facts/failure.ts';
import type { Plan, Observed, Step } from '../core/plan/types.ts';
import { planProject } from '../core/plan/plan.ts';
import { isFollowed } from '../core/plan/without-source.ts';
import { refuseUndone, withEffect, withoutEffects } from '../core/plan/undone.ts';
import { triggersRestUntil } from '../core/plan/triggers.ts';
import { secondsBetween } from '../core/facts/time.ts';
import { failureEvent } from '../core/facts/failure-event.ts';
import type { ReplicaRecord } from '../core/facts/record.ts';
import { newRecord } from '../core/facts/record.ts';
import type { WorkItem } from '../core/facts/work-item.ts';
import { noteConnectionTest } from './steps/integrate.ts';
import { ContentReader, ReadingEnds } from './content-reader.ts';
import { DecisionOnHand } from './decision-on-hand.ts';
import { lookAt } from './observe.ts';
import type { Lease } from './ports/storage.ts';
import type { StepContext, WorkContext, Dependencies } from './context.ts';
import { runStep } from './steps/run-step.ts';
import { isNote, isOnRecordOnly, SIDE_WORK } from './steps/step-kinds.ts';
import type { Outcome } from './outcome.ts';
import { RecordOnHand } from './record-on-hand.ts';
import { TriggerLook } from './trigger-look.ts';
import { comeBack, isOldNews, passOnTrigger, takeTrigger, TRIGGERS } from './triggers.ts';
import { withCopyFound } from './found.ts';
import { blockerFailure, healed, healedBy, settledRecord, withLook, withoutUndoneChange, withSeen } from './settle.ts';
import { earlyEnd } from './early-end.ts';

/** Works on one project, under its lease, until there is nothing to do or something to wait for. */
export async function replicateProject(item: WorkItem, deps: Dependencies): Promise<Outcome> {
  const receivedAt = item.reason === 'training-completed' ? await takeTrigger(item, deps) : null;
  if (receivedAt !== null && (await isOldNews(item, receivedAt, deps))) return 'known';
  const lease = (await deps.leases.acquire(item.projectId)) ?? (await comeBack(item, receivedAt, deps));
  if (lease === null) return 'busy';
  const outcome = await workUnder(lease, item, receivedAt, deps);
  await passOnTrigger(item.projectId, deps);
  return outcome;
}

async function workUnder(
  lease: Lease,
  item: WorkItem,
  receivedAt: string | null,
  deps: Dependencies,
): Promise<Outcome> {
  try {
    if (item.reason === 'connection-test') {
      await noteConnectionTest(item.projectId, deps, lease.signal);
      return 'settled';
    }
    const onHand = await RecordOnHand.read(item.projectId, deps, lease.signal);
    return await new ProjectWork(item, receivedAt, deps, lease, onHand).run();
  } finally {
    await lease.release();
  }
}

/** One invocation's work on one project. */
class ProjectWork {
  readonly #item: WorkItem;
  /** When the notification came that this is about; null where it is about none. */
  readonly #receivedAt: string | null;
  readonly #deps: Dependencies;
  readonly #signal: AbortSignal;
  readonly #startedAt: number;
  readonly #content: ContentReader;
  readonly #onHand: RecordOnHand;
  readonly #decision: DecisionOnHand;
  #justCopied = false;
  #isIntegrated = false;
  #madeRoom = false;
  #look: TriggerLook | null = null;

  constructor(item: WorkItem, receivedAt: string | null, deps: Dependencies, lease: Lease, onHand: RecordOnHand) {
    this.#item = item;
    this.#receivedAt = receivedAt;
    this.#onHand = onHand;
    this.#deps = deps;
    this.#signal = lease.signal;
    this.#decision = new DecisionOnHand(deps.store.decision(item.projectId), lease.signal);
    this.#startedAt = deps.clock.now().getTime();
    const until = new Date(this.#startedAt + deps.policy.limits.invocationInSeconds * 1_000);
    this.#content = new ContentReader(deps, item.projectId, until, lease.signal);
  }

  async run(): Promise<Outcome> {
    await this.#decision.changes();
    const record = this.#onHand.value ?? newRecord(this.#item.projectId, '');
    const early = (await this.#endEarly(record)) ?? (await this.#spaceOut(record));
    if (early !== null) return early;
    this.#look = new TriggerLook(record, this.#item.reason, new Date(this.#startedAt));
    return this.#goRound(this.#looksAfter ? record : { ...record, wake: null });
  }

  /** How this message ends without work, because a wake that is still to come does it; null where it has to be done. */
  async #endEarly(record: ReplicaRecord): Promise<Outcome | null> {
    const early = earlyEnd(record, this.#item, this.#receivedAt, this.#now());
    if (early === null) return null;
    if (early === 'collapsed' && TRIGGERS.has(this.#item.reason)) {
      await this.#save({ ...record, triggeredAt: this.#now().toISOString() });
    }
    if (record.wake !== null) await this.#sendAgain(record.wake);
    return early;
  }

  /** Notifications that found nothing new must not bring about one look after the other: the next one becomes a wake. */
  async #spaceOut(record: ReplicaRecord): Promise<Outcome | null> {
    const until = this.#receivedAt === null ? null : triggersRestUntil(record, this.#now());
    if (until === null) return null;
    const inSeconds = (until.getTime() - this.#now().getTime()) / 1_000;
    return this.#wait({ ...record, triggeredAt: this.#now().toISOString() }, inSeconds);
  }

  /**
   * This very message was at work when the wake was stored, and is delivered again: its process was killed, or the queue
   * refused, before the wake's own message was sent, which is sent now. For a wake that other messages led to those
   * answer: whatever is sent too often ends with the next wake, and no number of crashes loses the last message.
   */
  async #sendAgain({ id, dueAt, storedBy }: NonNullable<ReplicaRecord['wake']>): Promise<void> {
    if (storedBy !== nameOfItem(this.#item)) return;
    const inSeconds = Math.max(0, -secondsBetween(dueAt, this.#now()));
    await this.#deps.queue.enqueue({ ...workItem(this.#item.projectId, 'wake', id), isRepeat: true }, inSeconds);
  }

  /** Observe, plan, step, save, and round again. */
  async #goRound(initial: ReplicaRecord): Promise<Outcome> {
    let record = initial;
    let observed: Observed = {};
    for (;;) {
      let doing = 'look';
      // What a step ends is no longer in the record that it leaves.
      let runId = record.run?.runId ?? null;
      try {
        const plan = this.#plan(record, observed);
        if (plan.kind === 'look') {
          doing = `look at ${plan.at}`;
          observed = { ...observed, ...(await lookAt(plan, record, observed, this.#context)) };
          if (!this.#looksAfter) record = healedBy(record, doing, true);
          continue;
        }
        if (plan.kind !== 'step') await this.#content.forget();
        if (plan.kind === 'settled') return await this.#settle(record, plan, observed);
        if (plan.kind === 'blocked')
          return await this.#fail(
            withCopyFound(record, plan.blocker, observed),
            observed,
            blockerFailure(plan.blocker),
            doing,
            runId,
          );
        if (plan.kind === 'wait') return await this.#wait(withoutEffects(healed(record)), plan.inSeconds);
        if (!isNote(plan.step) && (await this.#decision.changes())) continue;
        if (this.#deps.policy.dryRun && !isOnRecordOnly(plan.step)) return await this.#dryRun(record, plan.step);
        // Before it counts as what was being done: that a step succeeds once more is no sign that nothing undoes it.
        refuseUndone(record, plan.step);
        doing = plan.step.do;
        const held = record.generations.length;
        const result = await runStep(
          plan.step,
          record,
          this.#stepContext((saved) => (record = saved)),
        );
        // One slot was asked for; further copies are not given up with it.
        if (result.record.generations.length < held) this.#madeRoom = true;
        const isSideWork = SIDE_WORK.has(plan.step.do);
        record = result.failure || isSideWork ? result.record : withEffect(result.record, plan.step);
        const isDone = !result.failure && !isSideWork && result.wasRefused !== true;
        // What works on the secondary is no sign that the primary answers again.
        if (isDone && !this.#looksAfter) record = healedBy(record, doing);
        if (result.failure) return await this.#fail(record, observed, result.failure, doing, runId);
        if (plan.step.do === 'switch') this.#justCopied = true;
        if (isSideWork) this.#isIntegrated = true;
        if (!isSideWork && !isNote(plan.step)) this.#look?.noteChange();
        if (!isNote(plan.step)) {
          observed = {};
          await this.#content.forget();
        }
        if (this.#isOverBudget()) return await this.#wait(record, 0);
      } catch (error) {
        // Without the lease, or after somebody else wrote the record, nothing may be saved: the message comes again.
        if (this.#signal.aborted || isFailure(error, 'conflict')) throw error;
        if (error instanceof ReadingEnds) {
          if (error.because === 'out-of-time') return await this.#wait(withLook(record, observed), 0);
          observed = {};
          continue;
        }
        runId = record.run?.runId ?? runId;
        return await this.#fail(record, observed, toFailure(error), doing, runId);
      }
    }
  }

  #plan(record: ReplicaRecord, observed: Observed): Plan {
    const { policy } = this.#deps;
    const makeRoom = this.#item.reason === 'make-room' && !this.#madeRoom;
    // Once is enough for one request.
    const isRequested = this.#item.reason === 'request' && !this.#isIntegrated;
    const now = this.#now();
    const justCopied = this.#justCopied;
    const sourceIsOut = this.#looksAfter;
    return planProject({
      ...{ record, observed, policy, decision: this.#decision.value, now },
      ...{ justCopied, isRequested, makeRoom, sourceIsOut },
    });
  }

  /** Whether only the copies are looked after, since the source gives no answer. */
  get #looksAfter(): boolean {
    return this.#item.reason === 'look-after';
  }

  get #context(): WorkContext {
    return { deps: this.#deps, content: this.#content, signal: this.#signal };
  }

  #stepContext(onSave: (record: ReplicaRecord) => void): StepContext {
    const save = async (record: ReplicaRecord, endCode?: string, retired?: string): Promise<ReplicaRecord> => {
      const saved = await this.#save(record, endCode, retired);
      onSave(saved);
      return saved;
    };
    return { ...this.#context, save };
  }

  async #save(record: ReplicaRecord, endCode = 'NOT_NEEDED', retired: string | null = null): Promise<ReplicaRecord> {
    return this.#onHand.save(record, { endCode, retired });
  }

  async #settle(record: ReplicaRecord, plan: Plan & { kind: 'settled' }, observed: Observed): Promise<Outcome> {
    if (this.#looksAfter) {
      // Whatever failed for the source's sake still does, and is tried again at its time.
      await this.#save(withoutUndoneChange(withSeen(record, observed), observed));
      return 'settled';
    }
    const settled = withSeen(settledRecord(record, plan), observed);
    await this.#save(this.#look?.noteOn(settled) ?? settled);
    const { projectId } = this.#item;
    if (plan.as === 'behind') this.#deps.events.emit({ event: 'project.behind', projectId, reason: plan.reason });
    return 'settled';
  }

  /** The wake is stored before its message is sent: a message that is lost is found overdue by the next sweep. */
  async #wait(record: ReplicaRecord, inSeconds: number): Promise<Outcome> {
    const id = this.#deps.newId();
    const dueAt = new Date(this.#now().getTime() + inSeconds * 1_000).toISOString();
    await this.#save({
      ...(this.#look?.noteOn(record) ?? record),
      wake: { id, dueAt, storedBy: nameOfItem(this.#item) },
    });
    const { projectId } = this.#item;
    await this.#deps.queue.enqueue(workItem(projectId, 'wake', id), inSeconds);
    return 'waiting';
  }

  async #fail(
    seen: ReplicaRecord,
    observed: Observed,
    thrown: ReplicationFailure,
    step: string,
    runId: string | null,
  ): Promise<Outcome> {
    const record = withLook(seen, observed);
    const told = recordFailure(record.failure, thrown, this.#now(), record.failedImports, step);
    const failure = isFollowed(observed, this.#deps.policy) ? told : asNotice(told);
    const { nextAttemptAt } = failure;
    this.#deps.events.emit(failureEvent({ projectId: this.#item.projectId, runId, step }, failure));
    const failed = { ...withoutEffects(record), failure };
    if (nextAttemptAt !== null) {
      await this.#wait(failed, Math.max(0, (Date.parse(nextAttemptAt) - this.#now().getTime()) / 1_000));
    } else {
      await this.#save(this.#look?.noteOn(failed) ?? failed);
    }
    return 'failed';
  }

  async #dryRun(record: ReplicaRecord, step: Step): Promise<Outcome> {
    await this.#content.forget();
    const { projectId } = this.#item;
    const reason = `DRY_RUN is on; without it the next step would be: ${step.do}`;
    this.#deps.events.emit({ event: 'project.behind', projectId, reason });
    await this.#save(step.do === 'import' ? { ...record, name: step.before.name, source: step.before } : record);
    return 'settled';
  }

  #now(): Date {
    return this.#deps.clock.now();
  }

  #isOverBudget(): boolean {
    const elapsed = (this.#now().getTime() - this.#startedAt) / 1_000;
    return elapsed >= this.#deps.policy.limits.invocationInSeconds;
  }
}
