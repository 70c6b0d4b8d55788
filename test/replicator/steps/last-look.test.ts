import type { Step } from '../../../src/core/plan/types.ts';
import type { Generation, ReplicaRecord } from '../../../src/core/facts/record.ts';
import type { Project } from '../../../src/core/facts/model.ts';
import { ReplicationFailure } from '../../../src/core/facts/failure.ts';
import type { StepContext } from '../../../src/replicator/context.ts';
import { runStep } from '../../../src/replicator/steps/run-step.ts';
import { anObservation, contentOf, runAfter, type RunMilestone, guid } from '../../support/builders.ts';
import { copied, currentCopy, currentOf, writesTo } from '../../support/scenery.ts';
import { World } from '../../support/world.ts';

/** What was planned rests on a look; a step looks once more, right before it changes or forgets something. */

let world: World;

beforeEach(async () => {
  world = await World.start();
});

afterEach(() => world.stop());

/** Steps on a record that nobody stores; what they would save is kept here, in order. */
function contextOf(changes: Partial<StepContext> = {}): StepContext & { readonly saved: ReplicaRecord[] } {
  const saved: ReplicaRecord[] = [];
  const save = (record: ReplicaRecord): Promise<ReplicaRecord> => {
    saved.push(record);
    return Promise.resolve(record);
  };
  return { ...world.context(guid(1), changes.deps), save, saved, ...changes };
}

interface Planned {
  readonly record: ReplicaRecord;
  readonly generation: Generation;
}

/** The record of a copy in the making, whose project is the one that was just taken over. */
function making({ record, generation: { replicaProjectId } }: Planned, milestone: RunMilestone): ReplicaRecord {
  const run = runAfter(milestone, { before: record.source!, replicaProjectId });
  return { ...record, run, generations: [], current: null };
}

type Plan = (planned: Planned, project: Project) => { readonly record: ReplicaRecord; readonly step: Step };

const CHANGES: readonly [what: string, plan: Plan][] = [
  [
    'aligned with its source',
    ({ record, generation }) => {
      return { record, step: { do: 'align', generation, name: 'Blossoms', source: record.source! } };
    },
  ],
  ['marked', (planned) => ({ record: making(planned, 'imported'), step: { do: 'mark' } })],
  ['named', (planned) => ({ record: making(planned, 'names-intended'), step: { do: 'rename' } })],
  [
    'kept unverified',
    (planned, project) => {
      const replica = anObservation({ project });
      const step: Step = { do: 'keep-unverified', replica, content: contentOf(), lacking: [] };
      return { record: making(planned, 'unlinked'), step };
    },
  ],
  [
    'kept waiting',
    (planned, project) => {
      const step: Step = { do: 'keep-waiting', project, lacksModels: ['production'], because: 'COPY_LACKS_MODELS' };
      return { record: making(planned, 'verified'), step };
    },
  ],
];

function withoutIntents(record: ReplicaRecord): ReplicaRecord {
  const generations = record.generations.map((generation) => ({ ...generation, intendedName: null }));
  return { ...record, generations };
}

describe('a copy that somebody made theirs since it was looked at', () => {
  it.each(CHANGES)('is not %s: nothing is written to it, and nothing is recorded of it', async (_what, plan) => {
    const source = await copied(world);
    const generation = await currentOf(world, source.id);
    const context = contextOf();
    const project = await context.deps.target.getProject(generation.replicaProjectId, context.signal);
    Object.assign(await currentCopy(world, source.id), { name: 'Mine now', description: 'Mine now' });
    const { record, step } = plan({ record: await world.record(source.id), generation }, project);
    const writes = writesTo(world.secondary).length;
    await expect(runStep(step, record, context)).rejects.toMatchObject({ class: 'diverged', code: 'NOT_OURS' });
    expect(writesTo(world.secondary).slice(writes)).toEqual([]);
    for (const saved of context.saved) expect(withoutIntents(saved)).toEqual(record);
  });
});

it('a copy that a stale list lacks is not forgotten: it is there, and carries our mark', async () => {
  const source = await copied(world);
  const record = await world.record(source.id);
  const context = contextOf();
  for (const because of ['gone', 'unmarked'] as const) {
    const step = { do: 'forget', generation: await currentOf(world, source.id), because } as const;
    await expect(runStep(step, record, context)).rejects.toMatchObject({ class: 'transient', code: 'STALE_LIST' });
  }
  expect(context.saved).toEqual([]);
  expect(world.eventsOf('replica.forgotten')).toEqual([]);
});

describe('an import that begins', () => {
  /** A step as it is planned, and a target that answers as it is told. */
  async function importing(importProject?: StepContext['deps']['target']['importProject']) {
    const source = await copied(world);
    const record = await world.record(source.id);
    const { deps } = world;
    const target =
      importProject === undefined
        ? deps.target
        : (Object.assign(Object.create(deps.target), { importProject }) as typeof deps.target);
    const observation = anObservation();
    const step: Step = { do: 'import', before: record.source!, observation, content: contentOf() };
    return { record, step, deps: { ...deps, target } };
  }

  it.each([
    ['after the look keeps the project due: what it told of may not be in the export', 1, true],
    ['before the look is served by it', -1, false],
  ])('a trigger that came %s', async (_when, seconds, isKept) => {
    const { record, step, deps } = await importing();
    const triggeredAt = new Date(Date.parse(record.source!.observedAt) + seconds * 1_000).toISOString();
    const context = contextOf({ deps });
    await runStep(step, { ...record, triggeredAt }, context);
    expect(context.saved.map((saved) => saved.triggeredAt)).toEqual(isKept ? [triggeredAt, triggeredAt] : [null, null]);
  });

  it.each([
    ['is noted while the lease is held: the same run may ask again', false, 2],
    ['is not saved where the lease is lost meanwhile: another worker has the project', true, 1],
  ])('a refusal for certain %s', async (_what, isLost, saves) => {
    const lease = new AbortController();
    const refusal = new ReplicationFailure('Refused.', { class: 'refused', code: 'NO', hint: '', executed: 'no' });
    const { record, step, deps } = await importing(() => {
      if (isLost) lease.abort();
      return Promise.reject(refusal);
    });
    const context = contextOf({ deps, signal: lease.signal });
    await expect(runStep(step, record, context)).rejects.toBe(refusal);
    expect(context.saved).toHaveLength(saves);
    expect(context.saved[0]?.run?.intent).not.toBeNull();
    if (!isLost) expect(context.saved[1]?.run?.intent).toBeNull();
  });

  it.each([
    ['BadRequestExceedProjectLimit', true],
    ['BadRequestExceededQuota', false],
  ])('refused with %s lowers the limit: %s', async (code, lowers) => {
    const refusal = new ReplicationFailure('Refused.', { class: 'quota', code, hint: '', executed: 'no' });
    const { record, step, deps } = await importing(() => Promise.reject(refusal));
    await expect(runStep(step, record, contextOf({ deps }))).rejects.toBe(refusal);
    const state = (await world.store.sweep.read())?.value;
    expect(state?.quotaRefusal?.projects ?? null).toBe(lowers ? 1 : null);
  });
});
