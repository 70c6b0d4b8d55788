import type { Decision } from '../facts/decision.ts';
import { activeOf, isFailedOver } from '../facts/decision.ts';
import { asId } from '../facts/guid.ts';
import type { ReplicaRecord } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import type { Route } from '../facts/routing.ts';
import type { ServingCopy } from '../facts/serving-copy.ts';
import { servingCopy } from '../facts/serving-copy.ts';
import type { SweepState } from '../facts/sweep-state.ts';
import { ageInSeconds } from '../facts/time.ts';
import { lagInSeconds } from './project-report.ts';
import type { Readiness, Serving } from './readiness.ts';
import { readinessOf } from './readiness.ts';
import { atRiskInSeconds } from './thresholds.ts';

/** Whatever is stored, as far as it can be read: what can't leaves what it is about unknown, and no more. */
export interface FailoverFacts {
  readonly now: Date;
  /** Null where it is lost or damaged. */
  readonly sweep: SweepState | null;
  readonly records: ReadonlyMap<string, ReplicaRecord>;
  /** Why a record can't be read, by source project id. */
  readonly unreadableRecords: ReadonlyMap<string, string>;
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly unreadableDecisions: ReadonlyMap<string, string>;
  /** None where routing is lost or damaged. */
  readonly routes: Readonly<Record<string, Route>>;
  /** Why the settings leave a project out; null where they do not. */
  readonly exclusionOf: (project: { readonly id: string; readonly name: string }) => string | null;
  readonly serving: Serving;
}

/** One project as failing over, or back, finds it. */
export interface Candidate {
  readonly projectId: string;
  readonly name: string;
  /** Whether it is one to keep a copy of: neither excluded nor gone from the primary. */
  readonly inScope: boolean;
  readonly record: ReplicaRecord | null;
  readonly route: Route | null;
  readonly decision: Decision | null;
  /** Why nobody can tell what was decided; null where that can be read. */
  readonly undecidable: string | null;
  readonly serving: ServingCopy | null;
  readonly readiness: Readiness;
}

/** Every project that anything is known of, by name. */
export function candidates(facts: FailoverFacts): Candidate[] {
  const { sweep, records, unreadableRecords, decisions, unreadableDecisions, routes } = facts;
  const ids = new Set([
    ...[...records.keys(), ...unreadableRecords.keys(), ...decisions.keys(), ...unreadableDecisions.keys()],
    ...Object.keys(routes),
    ...(sweep?.projects ?? []).map(({ id }) => id),
  ]);
  return [...ids]
    .map((id) => candidate(id, facts))
    .sort((left, right) => left.name.localeCompare(right.name) || (left.projectId < right.projectId ? -1 : 1));
}

function candidate(id: string, facts: FailoverFacts): Candidate {
  const { sweep, routes } = facts;
  const listed = sweep?.projects.find((project) => project.id === id);
  const record = facts.records.get(id) ?? null;
  const route = routes[id] ?? null;
  const decision = facts.decisions.get(id) ?? null;
  const name = [listed?.name, record?.name, route?.name].find((known) => known !== undefined && known !== '') ?? id;
  const excluded = listed === undefined ? facts.exclusionOf({ id, name }) : listed.excluded;
  const undecidable = facts.unreadableDecisions.get(id) ?? null;
  const serving = servingCopy(record, route, decision);
  return {
    ...{ projectId: id, name, record, route, decision, undecidable, serving },
    inScope: excluded === null && sweep?.missing[id] === undefined,
    readiness: readinessToServe(record, serving, undecidable, facts.unreadableRecords.get(id) ?? null, facts),
  };
}

function readinessToServe(
  record: ReplicaRecord | null,
  serving: ServingCopy | null,
  undecidable: string | null,
  unreadable: string | null,
  { serving: settings }: FailoverFacts,
): Readiness {
  const unknown = [
    ...(undecidable === null ? [] : [`what was decided about it cannot be read: ${undecidable}`]),
    ...(unreadable === null ? [] : [`its record cannot be read: ${unreadable}`]),
  ];
  // Without its record nobody can tell how the copy is.
  const known: Readiness =
    unreadable === null
      ? readinessOf(record, settings)
      : { state: 'unknown', reasons: [], lookedAt: serving?.verifiedAt ?? null };
  const current = record === null ? null : currentGeneration(record);
  const isElsewhere = serving !== null && current !== null && current.replicaProjectId !== serving.projectId;
  const moving = isElsewhere ? ['the copy that is to serve is not the one in use yet'] : [];
  const reasons = [...unknown, ...known.reasons, ...moving];
  if (unknown.length > 0) return { ...known, state: 'unknown', reasons };
  return { ...known, state: moving.length > 0 ? 'not-ready' : known.state, reasons };
}

/** What failing over now would bring, of one project. Nothing of it was asked of either resource. */
function planRow(
  { projectId, name, inScope, record, decision, undecidable, serving, readiness }: Candidate,
  now: Date,
) {
  const lag = record === null ? null : lagInSeconds(record, now);
  const { since = '', by = '', reason = '' } = decision ?? {};
  return {
    ...{ projectId, name, inScope },
    active: undecidable === null ? activeOf(decision) : null,
    failedOver: isFailedOver(decision) ? { since, by, reason } : null,
    readiness,
    copy: serving === null ? null : copyOf(serving),
    publishNames: serving?.publishNames ?? [],
    proofAgeSeconds: serving === null ? null : ageInSeconds(serving.verifiedAt, now),
    atRiskSeconds: serving === null ? null : atRiskInSeconds(lag, record?.source?.observedAt ?? null, now),
  };
}

function copyOf({ projectId, name, revision, importedAt, verifiedAt }: ServingCopy) {
  return { projectId, name, revision, importedAt, verifiedAt };
}

/** A document that can't be read, and what becomes of it. */
export interface StorageProblem {
  readonly about: string;
  readonly message: string;
  readonly hint: string;
}

export function failoverPlan(found: readonly Candidate[], problems: readonly StorageProblem[], now: Date) {
  const projects = found.map((one) => planRow(one, now));
  const inScope = projects.filter((row) => row.inScope);
  const count = (state: Readiness['state']): number =>
    inScope.filter(({ readiness }) => readiness.state === state).length;
  const risks = inScope.flatMap(({ atRiskSeconds }) => atRiskSeconds ?? []);
  return {
    schemaVersion: 1,
    generatedAt: now.toISOString(),
    problems,
    summary: {
      inScope: inScope.length,
      ready: count('ready'),
      notReady: count('not-ready'),
      nothingServed: count('nothing-served'),
      unknown: count('unknown'),
      failedOver: projects.filter(({ failedOver }) => failedOver !== null).length,
      worstAtRiskSeconds: risks.length === 0 ? null : Math.max(...risks),
    },
    projects,
  };
}

export type FailoverPlan = ReturnType<typeof failoverPlan>;

/** The projects that were asked for; or what is not understood, and nothing is to be done. */
export type Named =
  | { readonly found: readonly Candidate[] }
  | { readonly code: 'NO_SUCH_PROJECT' | 'AMBIGUOUS_NAME'; readonly message: string; readonly hint: string };

/** Finds projects by id or by name; one that differs in capitals only counts where no other does. */
export function named(all: readonly Candidate[], wanted: readonly string[]): Named {
  const found = new Set<Candidate>();
  for (const text of wanted) {
    const matches = matching(all, text);
    const [match] = matches;
    if (match === undefined) {
      const known = all.map(({ name }) => name).join(', ');
      return {
        code: 'NO_SUCH_PROJECT',
        message: `No project is known by the name or id "${text}". Nothing was changed.`,
        hint: known === '' ? 'None is known at all: no sweep has completed yet.' : `Known are: ${known}.`,
      };
    }
    if (matches.length > 1) {
      const ids = matches.map(({ name, projectId }) => `${projectId} (${name})`).join(', ');
      return {
        code: 'AMBIGUOUS_NAME',
        message: `${matches.length} projects go by the name "${text}". Nothing was changed.`,
        hint: `Give the id of the one that is meant: ${ids}.`,
      };
    }
    found.add(match);
  }
  return { found: all.filter((one) => found.has(one)) };
}

function matching(all: readonly Candidate[], text: string): Candidate[] {
  const byId = all.filter(({ projectId }) => projectId === asId(text));
  if (byId.length > 0) return byId;
  const exact = all.filter(({ name }) => name === text);
  return exact.length > 0 ? exact : all.filter(({ name }) => name.toLowerCase() === text.toLowerCase());
}
