import { lastFoundInSync } from '../../core/facts/record.ts';
import type { ReplicationFailure } from '../../core/facts/failure.ts';
import { secondsSince } from '../../core/facts/time.ts';
import type { ReplicaRecord } from '../../core/facts/record.ts';
import type { Round } from '../../core/facts/sweep-state.ts';
import { newRound } from '../../core/facts/sweep-state.ts';
import { appItem } from '../../core/facts/work-item.ts';
import { updateSweepState } from '../documents.ts';
import type { Dependencies } from '../context.ts';

/** A round that nobody has gone on with for so long is begun anew: what it looked at first is old by now. */
const ABANDONED_AFTER_IN_SECONDS = 3_600;

/** After so many looks the place is stored: whoever goes on after a crash repeats no more. */
const LOOKS_PER_SAVE = 20;

/**
 * A look at every project, in as many invocations as it takes. Each reads the lists anew, and looks at those that none
 * before it has; only the one that has looked at the last of them concludes anything, from lists that it has just read.
 */
export class SweepRound {
  readonly #deps: Dependencies;
  readonly #until: Date;
  readonly #looked: Set<string>;
  readonly #wantCopies: Set<string>;
  #round: Round;
  #unsaved = 0;
  #begun = 0;
  #isCutShort = false;
  readonly failures: ReplicationFailure[] = [];

  private constructor(round: Round, deps: Dependencies) {
    this.#round = round;
    this.#deps = deps;
    this.#until = new Date(deps.clock.now().getTime() + deps.policy.limits.invocationInSeconds * 1_000);
    this.#looked = new Set(round.looked);
    this.#wantCopies = new Set(round.wantCopies);
  }

  /**
   * Begins a round, or goes on with the one that is under way.
   *
   * @param token of the message that says to go on; null at the schedule's time
   * @returns null where the round that the message is about is over, or another message goes on with it
   */
  static async begin(token: string | null, deps: Dependencies): Promise<SweepRound | null> {
    const { store, clock } = deps;
    const now = clock.now();
    const fresh = newRound(deps.newId(), now.toISOString());
    const { round } = await updateSweepState(store, clock, (stored) => {
      // What a message goes on with is there, or it is stale.
      if (token !== null || (stored.round !== null && isUnderWay(stored.round, now))) return stored;
      return { ...stored, round: fresh, lastStartedAt: fresh.startedAt };
    });
    if (round === null || (token !== null && round.next !== token)) return null;
    return new SweepRound(round, deps);
  }

  get startedAt(): string {
    return this.#round.startedAt;
  }

  get enqueued(): number {
    return this.#round.enqueued;
  }

  /** How many looks have failed, in this invocation and before it. */
  get failed(): number {
    return this.#round.failed;
  }

  /** The first failure of an earlier invocation, in words; null where there was none. */
  get earlierProblem(): string | null {
    return this.#round.problem;
  }

  /** Whether projects are left that this invocation has no time for. */
  get isCutShort(): boolean {
    return this.#isCutShort;
  }

  isLookedAt(projectId: string): boolean {
    return this.#looked.has(projectId);
  }

  /** Whether there is time for another look. There is for a few in any case, or a round might never end. */
  takeTurn(atLeast: number): boolean {
    if (this.#begun >= atLeast && this.#deps.clock.now() >= this.#until) {
      this.#isCutShort = true;
      return false;
    }
    this.#begun += 1;
    return true;
  }

  wantsCopy(projectId: string): void {
    this.#wantCopies.add(projectId);
  }

  noteFailure(failure: ReplicationFailure): void {
    this.failures.push(failure);
    this.#round = { ...this.#round, failed: this.#round.failed + 1 };
  }

  noteEnqueued(): void {
    this.#round = { ...this.#round, enqueued: this.#round.enqueued + 1 };
  }

  async noteLooked(projectId: string): Promise<void> {
    this.#looked.add(projectId);
    this.#unsaved += 1;
    if (this.#unsaved < LOOKS_PER_SAVE) return;
    this.#unsaved = 0;
    await this.#save(this.#round.next);
  }

  /** Leaves what is left to the next invocation; the schedule goes on with it where that message is lost. */
  async leaveRest(problem: string | null): Promise<void> {
    const next = this.#deps.newId();
    this.#round = { ...this.#round, problem: this.#round.problem ?? problem };
    await this.#save(next);
    await this.#deps.queue.enqueue(appItem('continue-sweep', next), 0);
  }

  /**
   * The projects that want a slot by now. Between two invocations a copy may have been begun, or finished: no project
   * gives one up for a slot that nobody needs any more.
   */
  stillWantCopies(records: ReadonlyMap<string, ReplicaRecord>): string[] {
    return [...this.#wantCopies].filter((id) => {
      const record = records.get(id);
      const hasProject = record?.run?.replicaProjectId != null;
      return !hasProject && ((record && lastFoundInSync(record)) ?? '') < this.#round.startedAt;
    });
  }

  /** Only where it is still the round that is stored: another may have been begun meanwhile. */
  async #save(next: string): Promise<void> {
    const { store, clock } = this.#deps;
    const { id } = this.#round;
    const touchedAt = clock.now().toISOString();
    const looked = [...this.#looked];
    this.#round = { ...this.#round, next, touchedAt, looked, wantCopies: [...this.#wantCopies] };
    await updateSweepState(store, clock, (state) =>
      state.round?.id === id ? { ...state, round: this.#round } : state,
    );
  }
}

function isUnderWay({ looked, touchedAt }: Round, now: Date): boolean {
  return looked.length > 0 && secondsSince(touchedAt, now) < ABANDONED_AFTER_IN_SECONDS;
}
