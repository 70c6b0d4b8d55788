import type { Image, Iteration, Observation, Project } from '../../src/core/facts/model.ts';
import type { Look, Plan, Observed, Step } from '../../src/core/plan/types.ts';
import { planProject } from '../../src/core/plan/plan.ts';
import type { Policy } from '../../src/core/plan/policy.ts';
import type { Generation, ReplicaRecord, Run } from '../../src/core/facts/record.ts';
import { currentGeneration, newRecord } from '../../src/core/facts/record.ts';
import type { Route } from '../../src/core/facts/routing.ts';
import { after, aStranger, contentOf, guid, SOURCE_ID } from './builders.ts';
import { inBrief } from './planning.ts';
import { applyStep } from './planner-steps.ts';

/** A project and what it holds, open to change. */
export interface Held {
  project: Project;
  tags: Observation['tags'];
  iterations: Iteration[];
  images: Image[];
}

/** What becomes of the next import. */
export type ImportFate = 'succeeds' | 'reply is lost' | 'is lost' | 'is refused' | 'fails' | 'lacks an image';

/**
 * A source project, a target and a record in memory: just enough of the effects of each step that the planner can be
 * let loose on it. It checks, after every step, what must always hold.
 */
export class PlannerWorld {
  record: ReplicaRecord = newRecord(SOURCE_ID, 'Cats');
  route: Route | null = null;
  readonly target = new Map<string, Held>();
  readonly fates: ImportFate[] = [];
  readonly steps: string[] = [];
  makeRoom = false;
  source: Held | null;
  policy: Policy;
  nowInSeconds = 0;
  #nextId = 1_000;
  /** As others left them. */
  readonly #strangers = new Map<string, string>();

  constructor(source: Held | null, policy: Policy) {
    this.source = source;
    this.policy = policy;
  }

  /** Another world in the same state, in which other things may happen. */
  copy(): PlannerWorld {
    const copied = (held: Held): Held => ({ ...held, iterations: [...held.iterations], images: [...held.images] });
    const other = new PlannerWorld(this.source && copied(this.source), this.policy);
    for (const [id, held] of this.target) other.target.set(id, copied(held));
    for (const [id, before] of this.#strangers) other.#strangers.set(id, before);
    other.record = this.record;
    other.route = this.route;
    other.nowInSeconds = this.nowInSeconds;
    other.#nextId = this.#nextId;
    return other;
  }

  addStranger(name: string): void {
    const id = this.newId();
    const stranger: Held = { project: aStranger({ id, name }), tags: [], iterations: [], images: [] };
    this.target.set(id, stranger);
    this.#strangers.set(id, JSON.stringify(stranger));
  }

  newId(): string {
    return guid(this.#nextId++);
  }

  now(): string {
    return after(this.nowInSeconds).toISOString();
  }

  /** Changes a project as the service would: what changed is not told, that something did is. */
  change(held: Held, project: Partial<Project> = {}): void {
    this.nowInSeconds += 1;
    held.project = { ...held.project, lastModified: this.now(), ...project };
  }

  /** One invocation, for so many steps at most; null where it did not come to an end by then. */
  run(steps = Infinity): Plan | null {
    let observed: Observed = {};
    let justCopied = false;
    for (let left = steps; left > 0;) {
      const { record, policy, makeRoom } = this;
      const plan = planProject({ record, observed, policy, now: after(this.nowInSeconds), justCopied, makeRoom });
      if (plan.kind === 'look') {
        observed = { ...observed, ...this.#lookAt(plan.at, observed) };
        continue;
      }
      if (plan.kind !== 'step') return this.#end(plan);
      this.#carryOut(plan.step);
      justCopied ||= plan.step.do === 'switch';
      const isNote = ['note-imported', 'note-verified', 'note-proof', 'intend-names'].includes(plan.step.do);
      if (!isNote) observed = {};
      left -= 1;
    }
    return null;
  }

  /** One invocation after the other, however long each has to wait, until nothing is left to do; how it ended. */
  settle(): string {
    for (;;) {
      const plan = this.run(60);
      if (plan === null || this.steps.length > 200) throw new Error(`no end: ${this.steps.slice(-30).join(', ')}`);
      const waitsForSweep = plan.kind === 'settled' && plan.as === 'behind';
      if (plan.kind === 'wait') this.nowInSeconds += plan.inSeconds;
      else if (waitsForSweep) this.nowInSeconds += 1_800;
      else return inBrief(plan);
      this.steps.push(inBrief(plan));
    }
  }

  #end(plan: Plan): Plan {
    if (plan.kind !== 'settled' || plan.as === 'behind') return plan;
    const { source } = plan;
    const facts = { source: source ?? this.record.source, run: null };
    this.record = { ...this.record, ...facts };
    const current = currentGeneration(this.record);
    if (plan.as !== 'in-sync' || source === null || current === null) return plan;
    const { lastModified, publications } = source;
    this.note(current, { holds: { ...current.holds, lastModified, publications } });
    this.record = { ...this.record, triggeredAt: null };
    return plan;
  }

  observe(held: Held): Observation {
    const { project, tags, iterations, images } = held;
    return { project, tags, iterations: [...iterations], imageCount: images.length, observedAt: this.now() };
  }

  #lookAt(at: Look, observed: Observed): Partial<Observed> {
    this.nowInSeconds += 1;
    const id = this.record.run?.replicaProjectId ?? currentGeneration(this.record)?.replicaProjectId ?? '';
    const replica = this.target.get(id);
    const found: Record<Look, Partial<Observed>> = {
      source: { source: this.source && this.observe(this.source) },
      'source-integration': { sourceIntegration: { problem: 'this world has no storage' } },
      'source-content': { sourceContent: contentOf(this.source?.images ?? []) },
      'target-projects': { targetProjects: [...this.target.values()].map(({ project }) => project) },
      candidate: { candidate: replica?.project ?? null },
      replica: { replica: replica === undefined ? null : this.observe(replica) },
      'replica-content': { replicaContent: replica === undefined ? null : contentOf(replica.images) },
      route: { route: this.route },
    };
    if (Object.keys(found[at]).every((key) => key in observed)) throw new Error(`looked at ${at} already`);
    return found[at];
  }

  #carryOut(step: Step): void {
    this.steps.push(step.do);
    const had = this.#provenCopies();
    applyStep(this, step);
    if (had > 0 && this.#provenCopies() === 0 && step.do !== 'forget') throw new Error(`${step.do} lost the last copy`);
    for (const [id, before] of this.#strangers) {
      if (JSON.stringify(this.target.get(id)) !== before) throw new Error(`${step.do} changed somebody else's project`);
    }
    this.#checkRoute(step.do);
  }

  #provenCopies(): number {
    return this.record.generations.filter(
      ({ verifiedAt, replicaProjectId }) => verifiedAt && this.target.has(replicaProjectId),
    ).length;
  }

  /** Checked where we are the last to have changed something: what a person deletes is known only once it is observed. */
  #checkRoute(did: Step['do']): void {
    const { route } = this;
    const replica = route && this.target.get(route.secondary.projectId);
    if (!route || !replica || did === 'forget') return;
    const published = replica.iterations.map(({ publishName }) => publishName);
    const lacking = route.secondary.publishNames.filter((name) => !published.includes(name));
    if (lacking.length > 0) throw new Error(`after ${did} routing names ${lacking.join()}, which is not published`);
    const named = this.record.generations.find(({ replicaProjectId }) => replicaProjectId === replica.project.id);
    if (named?.verifiedAt === null) throw new Error(`after ${did} routing names a copy that was not verified`);
  }

  /** Stores facts about one generation. */
  note(generation: Pick<Generation, 'runId'>, facts: Partial<Generation>): void {
    const generations = this.record.generations.map((other) =>
      other.runId === generation.runId ? { ...other, ...facts } : other,
    );
    this.record = { ...this.record, generations };
  }

  noteRun(facts: Partial<Run>): void {
    if (this.record.run === null) throw new Error('there is no run');
    this.record = { ...this.record, run: { ...this.record.run, ...facts } };
  }

  endRun(lacking: ReplicaRecord['lastLacking']): void {
    this.nowInSeconds += 600;
    this.record = { ...this.record, run: null, lastLacking: [...lacking] };
  }
}
