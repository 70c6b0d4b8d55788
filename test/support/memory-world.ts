import { isReplicaOf } from '../../src/core/content/mark.ts';
import type { Observation } from '../../src/core/facts/model.ts';
import type { ReplicatorEvent } from '../../src/core/facts/events.ts';
import type { ReplicaRecord } from '../../src/core/facts/record.ts';
import { newRecord } from '../../src/core/facts/record.ts';
import type { Route, RoutingManifest } from '../../src/core/facts/routing.ts';
import type { WorkItem } from '../../src/core/facts/work-item.ts';
import { workItem } from '../../src/core/facts/work-item.ts';
import type { Policy } from '../../src/core/plan/policy.ts';
import type { Dependencies } from '../../src/replicator/context.ts';
import type { Outcome } from '../../src/replicator/outcome.ts';
import { replicateProject } from '../../src/replicator/replicate-project.ts';
import { recordName } from '../../src/storage/document-text.ts';
import { aStranger, HALF_HOURLY, SOURCE_ID, START } from './builders.ts';
import { Killed, Killer } from './killer.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryResource, MemoryService, type Held } from './memory-resource.ts';
import { MemoryHistory } from './memory-history.ts';
import { RunLedger } from './run-ledger.ts';
import { MemoryLeases, MemoryRecordStore, MemoryWorkQueue } from './memory-storage.ts';

const SWEEP_EVERY_SECONDS = 1_800;
/** How long a message is hidden after the process that took it was killed. */
const MESSAGE_LOCK_IN_SECONDS = 30;
const TARGET_WRITES = [
  'importProject',
  'updateProject',
  'updateStorageUris',
  'deleteProject',
  'publishIteration',
  'unpublishIteration',
] as const;

/** Why the work rests although the project is not in sync: only a person, or time, can change that. */
const BLOCKED: ReadonlySet<string> = new Set(['diverged', 'quota', 'wait', 'auth']);

/**
 * One source project, and the real replicator on ports in memory: quick enough that thousands of these worlds can be
 * tried. After every effect it checks what must always hold.
 */
export class MemoryWorld {
  readonly clock: ManualClock;
  readonly target: MemoryResource;
  readonly store: MemoryRecordStore;
  readonly queue: MemoryWorkQueue;
  readonly history: MemoryHistory;
  policy: Policy;
  /** Effects on the target and on routing, in order; what only the record says is not among them. */
  writes: string[] = [];
  /** Publish names that somebody ended on the copy in use: routing follows at the next look. */
  readonly endedByPerson = new Set<string>();
  /** What the next message says. */
  nextReason: WorkItem['reason'] = 'sweep';
  readonly #service: MemoryService;
  readonly #source: MemoryResource;
  readonly #leases: MemoryLeases;
  /** As others left them. */
  readonly #strangers: Map<string, string>;
  readonly #runs = new RunLedger();
  #killer = new Killer();
  #wasKilled = false;
  #proven = 0;
  #isBehind = false;
  #writesBefore = 0;
  #violation: Error | null = null;
  #ids = 0;

  constructor(source: Held | null, policy: Policy, from?: MemoryWorld) {
    this.policy = policy;
    this.clock = new ManualClock((from?.clock.now() ?? START).toISOString());
    this.#service = from ? from.#service.copy(this.clock) : new MemoryService(this.clock);
    this.#source = from ? from.#source.copy(this.#service) : new MemoryResource('primary.example', this.#service);
    this.target = from ? from.target.copy(this.#service) : new MemoryResource('secondary.example', this.#service);
    this.store = from ? from.store.copy() : new MemoryRecordStore();
    this.queue = from ? from.queue.copy(this.clock) : new MemoryWorkQueue(this.clock);
    this.history = from ? from.history.copy() : new MemoryHistory();
    this.#leases = new MemoryLeases(this.clock);
    this.#strangers = new Map(from ? from.#strangers : []);
    this.#ids = from ? from.#ids : 0;
    if (source !== null) this.#source.projects.set(SOURCE_ID, source);
  }

  /** Another world in the same state, in which other things may happen. */
  copy(): MemoryWorld {
    return new MemoryWorld(null, this.policy, this);
  }

  get source(): Held | null {
    return this.#source.projects.get(SOURCE_ID) ?? null;
  }

  deleteSource(): void {
    this.#source.projects.delete(SOURCE_ID);
  }

  /** As it is stored: the store checks what it writes. */
  get record(): ReplicaRecord {
    const text = this.store.get(recordName(SOURCE_ID));
    return text === null ? newRecord(SOURCE_ID, '') : (JSON.parse(text) as ReplicaRecord);
  }

  get route(): Route | null {
    const text = this.store.get('routing.json');
    return text === null ? null : ((JSON.parse(text) as RoutingManifest).projects[SOURCE_ID] ?? null);
  }

  addStranger(name: string): void {
    const id = this.#service.newId();
    const stranger: Held = { project: aStranger({ id, name }), tags: [], iterations: [], images: [] };
    this.target.projects.set(id, stranger);
    this.#strangers.set(id, JSON.stringify(stranger));
  }

  /** Something is done to a project by somebody who is not the replicator. */
  touch(held: Held): void {
    this.target.change(held);
  }

  observe(held: Held): Observation {
    const { project, tags, iterations, images } = held;
    const observedAt = this.clock.now().toISOString();
    return { project, tags, iterations: [...iterations], imageCount: images.length, observedAt };
  }

  /** One message, of which the process is killed after so many effects; whether it was. */
  async runFor(effects: number): Promise<boolean> {
    this.#killer = new Killer();
    this.#killer.killAt(effects - 1, 'after');
    await this.#ask();
    const [item] = this.queue.takeDue();
    if (item === undefined) throw new Error('No message is due.');
    try {
      await this.#carryOut(item);
      return false;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.#wasKilled = true;
      await this.queue.enqueue(item, MESSAGE_LOCK_IN_SECONDS);
      return true;
    }
  }

  /** One message after the other, however long each has to wait, until nothing is left to do; how it ended. */
  async settle(): Promise<string> {
    this.#killer = new Killer();
    await this.#ask();
    for (let messages = 0; messages < 60; messages += 1) {
      const dueAt = this.queue.nextDueAt();
      if (dueAt === null) {
        this.clock.advance(SWEEP_EVERY_SECONDS);
        await this.#ask();
        continue;
      }
      this.clock.advance(Math.max(0, (dueAt.getTime() - this.clock.now().getTime()) / 1_000));
      for (const item of this.queue.takeDue()) {
        const end = this.#endBy(await this.#carryOut(item));
        if (end !== null) return end;
      }
    }
    throw new Error(`no end: ${this.writes.slice(-30).join(', ')}`);
  }

  async #ask(): Promise<void> {
    await this.queue.enqueue(workItem(SOURCE_ID, this.nextReason), 0);
    this.nextReason = 'sweep';
  }

  async #carryOut(item: WorkItem): Promise<Outcome> {
    this.#proven = this.#provenCopies(this.record);
    this.#isBehind = false;
    this.#writesBefore = this.writes.length;
    return replicateProject(item, this.#deps).finally(() => {
      if (this.#violation !== null) throw this.#violation;
    });
  }

  /** Null where the project is still being worked on, or its source changed meanwhile. */
  #endBy(outcome: Outcome): string | null {
    const { failure } = this.record;
    const wroteNothing = this.writes.length === this.#writesBefore;
    if (failure?.class === 'bug') throw new Error(`${failure.code}: ${failure.message}`);
    if (outcome === 'failed' && wroteNothing && BLOCKED.has(failure?.class ?? '')) return `blocked: ${failure?.code}`;
    if (outcome !== 'settled' || this.#isBehind) return null;
    return this.source === null ? 'settled: source-missing' : 'settled: in-sync';
  }

  get #deps(): Dependencies {
    const check = () => {
      this.#noteViolation();
      return Promise.resolve();
    };
    return {
      source: this.#killer.guard('source', this.#source, ['updateStorageUris'], check),
      target: this.#killer.guard('target', this.target, TARGET_WRITES, check),
      store: this.#killer.guardStore(this.#runs.watch(this.store), check),
      leases: this.#leases,
      queue: this.queue,
      history: this.#killer.guard('history', this.history, ['append'], check),
      integrationStorage: { ensure: () => Promise.reject(new Error('There is no storage here.')) },
      events: { emit: (event) => this.#emit(event) },
      clock: this.clock,
      policy: this.policy,
      schedule: HALF_HOURLY,
      newId: () => `20260301t120000-${String((this.#ids += 1)).padStart(6, '0')}`,
    };
  }

  #emit(event: ReplicatorEvent): void {
    this.#isBehind ||= event.event === 'project.behind';
    this.#runs.note(event);
  }

  /** What does not add up in the ends of the runs that began in this very world. */
  async runProblems(): Promise<string[]> {
    const isLost = (id: string): boolean => this.store.lostRecordOf(id);
    return [
      ...(await this.#runs.problems(this.store, (id) => this.#wasKilled || isLost(id))),
      ...(await this.#runs.untoldRuns(this.store, this.history.entries, isLost)),
    ];
  }

  /** Thrown where the effect was, it would be taken for a failure of the service. */
  #noteViolation(): void {
    try {
      this.#check();
    } catch (error) {
      this.#violation ??= error as Error;
    }
  }

  #check(): void {
    const did = this.#killer.effects.at(-1) ?? '';
    if (did !== 'record.write' && did !== 'history.append') this.writes.push(did);
    const { record } = this;
    const had = this.#proven;
    this.#proven = this.#provenCopies(record);
    if (had > 0 && this.#proven === 0) throw new Error(`${did} lost the last copy`);
    const isTooMany = this.target.projects.size > this.policy.targetProjectLimit;
    if (did === 'target.importProject' && isTooMany) throw new Error(`${did} made a project too many`);
    for (const [id, before] of this.#strangers) {
      if (JSON.stringify(this.target.projects.get(id)) !== before) {
        throw new Error(`${did} changed somebody else's project`);
      }
    }
    this.#checkRoute(did, record);
  }

  /** Copies with our mark that were verified and are there, by the record. */
  #provenCopies({ generations }: ReplicaRecord): number {
    return generations.filter(({ verifiedAt, replicaProjectId }) => {
      const project = this.target.projects.get(replicaProjectId)?.project;
      return verifiedAt !== null && project !== undefined && isReplicaOf(project, SOURCE_ID, this.policy.owner);
    }).length;
  }

  /** What a person deletes is known only once it is looked at: routing may name it until then. */
  #checkRoute(did: string, record: ReplicaRecord): void {
    const { route } = this;
    const replica = route && this.target.projects.get(route.secondary.projectId);
    if (!route || !replica) return;
    const published = replica.iterations.map(({ publishName }) => publishName);
    const isExcused = (name: string) => published.includes(name) || this.endedByPerson.has(name);
    const lacking = route.secondary.publishNames.filter((name) => !isExcused(name));
    if (lacking.length > 0) throw new Error(`after ${did} routing names ${lacking.join()}, which is not published`);
    const named = record.generations.find(({ replicaProjectId }) => replicaProjectId === replica.project.id);
    if (named?.verifiedAt === null) throw new Error(`after ${did} routing names a copy that was not verified`);
  }
}
