import type { StatusReport } from '../../src/core/status/report.ts';
import { Breach } from './checks.ts';
import { publishedNames, type Truth } from './truth.ts';

/** Clocks of hosts and of the truth are one but for what a script turns; calls take a while. */
const TOLERANCE_IN_SECONDS = 5;

export interface ReportSurroundings {
  readonly truth: Truth;
  readonly now: () => number;
  readonly predictionResourceId: string;
  /** The most that any host's clock is off. */
  readonly skewInSeconds: () => number;
  /** How long it may take until a sweep has noticed what a person did to a copy. */
  readonly noticedWithinSeconds: number;
}

/** Compares what status says with what is really so: it may be too careful, never too hopeful. */
export function checkReport(report: StatusReport, world: ReportSurroundings): void {
  // A look that one host dated and another tells the age of is off by the clocks of both.
  const tolerance = TOLERANCE_IN_SECONDS + 2 * world.skewInSeconds();
  for (const row of report.projects) {
    if (world.truth.source(row.id) === undefined || row.sync === 'source-missing') continue;
    const copyId = row.replica?.projectId ?? null;
    if (copyId !== null) checkLag(row, copyId, tolerance, world);
    checkReady(row, copyId, tolerance, world);
  }
}

type Row = StatusReport['projects'][number];

function checkLag(
  { id, lagSeconds, atRiskSeconds, observedAt }: Row,
  copyId: string,
  tolerance: number,
  world: ReportSurroundings,
): void {
  const real = world.truth.realLagInSeconds(id, copyId);
  if (real === null || real === 0) return;
  const age = observedAt === null ? 0 : (world.now() - Date.parse(observedAt)) / 1_000;
  if (lagSeconds !== null && lagSeconds + age + tolerance < real) {
    const says = `lagSeconds ${Math.round(lagSeconds)} with a look ${Math.round(age)} s old`;
    throw new Breach(8, `status of ${id} says ${says}; its copy is ${Math.round(real)} s behind`);
  }
  if (atRiskSeconds !== null && atRiskSeconds + tolerance < real) {
    const says = `atRiskSeconds ${Math.round(atRiskSeconds)}`;
    throw new Breach(8, `status of ${id} says ${says}; failing over now would lose ${Math.round(real)} s`);
  }
}

/** What can't be used is never said to be ready by a look that began later; and what nobody looks at is not ready for long. */
function checkReady(
  { id, readiness, sync, observedAt }: Row,
  copyId: string | null,
  tolerance: number,
  world: ReportSurroundings,
): void {
  const { truth, now } = world;
  const isReady = readiness.state === 'ready';
  if (copyId === null) {
    if (isReady) throw new Breach(8, `status says that ${id} is ready, and names no copy`);
    return;
  }
  const copy = truth.copies.get(copyId);
  if (copy === undefined) throw new Breach(8, `status of ${id} names ${copyId} as its copy, which is none`);
  const problem = whyUnusable(id, copyId, observedAt, tolerance, world);
  copy.unusableSince = problem === null ? null : (copy.unusableSince ?? now());
  if (problem === null || !isReady || copy.unusableSince === null) return;
  const lookedAt = readiness.lookedAt === null ? Infinity : Date.parse(readiness.lookedAt);
  const words = `status says that ${id} is ready (${sync}, looked at ${readiness.lookedAt ?? 'never'}); its copy ${copyId} ${problem}`;
  if (lookedAt > copy.unusableSince + tolerance * 1_000) {
    throw new Breach(8, `${words} since ${new Date(copy.unusableSince).toISOString()}`);
  }
  if (now() - lookedAt > (world.noticedWithinSeconds + tolerance) * 1_000) throw new Breach(8, words);
}

/** Why a client could not predict on a copy as it does on the source; null where it could. */
function whyUnusable(
  sourceId: string,
  copyId: string,
  observedAt: string | null,
  tolerance: number,
  { truth, predictionResourceId }: ReportSurroundings,
): string | null {
  const project = truth.replica(copyId);
  if (project === undefined) return 'is deleted';
  if (project.status !== 'Succeeded') return `is ${project.status}`;
  const there = publishedNames(project);
  // A look takes a while, and what is published meanwhile it may have seen or not.
  const seenAt = observedAt === null ? 0 : Date.parse(observedAt);
  const marginInMs = (tolerance + 240) * 1_000;
  const wanted = truth.publishedThrough(sourceId, seenAt - marginInMs, seenAt + marginInMs);
  for (const [name, { learned }] of Object.entries(wanted)) {
    if (there[name]?.at !== predictionResourceId) return `is not published as ${name}`;
    // What the copy does not have it lags behind; what it has and does not serve it is not ready with.
    const has = [...project.iterations.values()].some(({ model }) => model.learned === learned);
    if (has && there[name].learned !== learned) return `answers under ${name} with another model`;
  }
  return null;
}
