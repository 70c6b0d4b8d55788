import { isStagingName } from '../../src/core/content/mark.ts';
import { Breach } from './checks.ts';
import { happen } from './happen.ts';
import { SWEEP_EVERY_SECONDS } from './installation.ts';
import { ProveWorld } from './prove-world.ts';
import type { Script } from './script.ts';
import { contentKey, publishedNames } from './truth.ts';

/** What came of a script. */
export interface Result {
  readonly breach: Breach | null;
  /** The last of what was told. */
  readonly told: readonly string[];
  readonly effects: number;
  readonly calls: number;
  readonly imports: number;
  /** How many simulated days it took, up to a breach. */
  readonly days: number;
}

/** After the troubles end so much has to do: what was refused or parked is looked at by each sweep. */
const SWEEPS_TO_HEAL = 8;

/** Runs a script to its end, has all troubles end, and checks that all is as it should be then. */
export async function runScript(script: Script): Promise<Result> {
  const world = new ProveWorld(script);
  const { time } = world;
  const start = time.now();
  for (const event of script.events) {
    time.schedule(event.at * 1_000, async () => {
      if (world.breach !== null) return;
      world.note(JSON.stringify(event));
      await happen(world, event).catch((error: unknown) => world.report(brokenScript(error)));
      await world.checkStatus();
    });
  }
  world.begin();
  await time.runUntil(start + script.days * 86_400_000, () => world.breach !== null);
  if (world.breach === null) heal(world);
  if (world.breach === null) await time.runUntil(time.now() + SWEEPS_TO_HEAL * SWEEP_EVERY_SECONDS * 1_000);
  if (world.breach === null) {
    await checkAtRest(world).catch((error: unknown) => {
      if (!(error instanceof Breach)) throw error;
      world.report(error);
    });
  }
  const days = (time.now() - start) / 86_400_000;
  time.stop();
  const calls = [world.primary, world.secondary].map((side) => [...side.calls.values()].reduce((sum, n) => sum + n, 0));
  return {
    breach: world.breach,
    told: world.told,
    effects: world.effects,
    calls: calls[0]! + calls[1]!,
    imports: world.secondary.calls.get('ImportProject') ?? 0,
    days,
  };
}

function brokenScript(error: unknown): Breach {
  return new Breach(
    0,
    `the world itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
}

/** Every trouble ends, and people clear up: what they changed or need no more goes, what they held is released. */
function heal(world: ProveWorld): void {
  const { primary, secondary, storage, queue, hosts, time, truth } = world;
  storage.isDown = false;
  storage.lostReplies = 0;
  Object.assign(queue.mischief, { lost: 0, doubled: 0, late: 0 });
  for (const service of [primary, secondary]) {
    service.outage = null;
    service.faults.clear();
    service.world.drMode = false;
    service.keyInSettings = service.key;
    service.world.limits.projects = 100;
  }
  for (const host of hosts) {
    host.clockIsOffBySeconds = 0;
    host.restart();
  }
  for (const [id, copy] of truth.copies) {
    const isNeeded = copy.takenAt === null && truth.source(copy.sourceId) !== undefined;
    if (isNeeded || truth.replica(id) === undefined) continue;
    copy.isDeletedByPerson = true;
    secondary.resource.removeProject(id);
  }
  world.note('HEALED');
  // In virtual time, as what these do may take some.
  time.schedule(0, async () => {
    await happen(world, { do: 'decide', what: 'confirm-brake', project: 0 });
    for (const index of primary.resource.projects.keys()) {
      await happen(world, { do: 'decide', what: 'fail-back', project: index });
      await happen(world, { do: 'decide', what: 'release', project: index });
      await happen(world, { do: 'decide', what: 'request', project: index });
    }
  });
}

/** With nothing under way: each source has its copy, complete and answering as it does; nothing is left over or there twice. */
export async function checkAtRest(world: ProveWorld): Promise<void> {
  const { primary, secondary, truth, storage } = world;
  const report = await world.status();
  const known = new Set<string>();
  for (const id of await storage.store.list()) {
    const stored = await storage.store.record(id).read();
    for (const { replicaProjectId } of stored?.value.generations ?? []) known.add(replicaProjectId);
    if (stored?.value.run?.replicaProjectId != null) known.add(stored.value.run.replicaProjectId);
  }
  for (const { id, name, description } of secondary.resource.projects) {
    const isOurs = truth.copies.has(id) && (isStagingName(name) || description.includes('[replica of'));
    if (isOurs && !known.has(id)) throw new Breach(3, `${name} (${id}) is in no record`);
  }
  for (const source of primary.resource.projects) {
    if (isOutOfScope(source.description)) continue;
    const row = report.projects.find(({ id }) => id === source.id);
    const why = JSON.stringify({
      sync: row?.sync,
      failure: row?.failure,
      inFlight: row?.inFlight,
      problem: report.sweep.problem,
    });
    const route = world.routing?.projects[source.id]?.secondary;
    const copy = route === undefined ? undefined : truth.replica(route.projectId);
    if (route === undefined || copy === undefined)
      throw new Breach(9, `${source.name} (${source.id}) has no copy in use: ${why}`);
    if (contentKey(copy) !== contentKey(source))
      throw new Breach(9, `the copy of ${source.name} (${source.id}) is behind: ${why}`);
    const wanted = publishedNames(source);
    const there = publishedNames(copy);
    for (const [name, { learned }] of Object.entries(wanted)) {
      if (there[name]?.learned !== learned) {
        throw new Breach(9, `the copy of ${source.name} (${source.id}) does not answer as ${name}: ${why}`);
      }
    }
    if (row?.sync !== 'in-sync') throw new Breach(9, `status of ${source.name} (${source.id}) is not in sync: ${why}`);
  }
}

function isOutOfScope(description: string): boolean {
  return description.includes('[replica of');
}
