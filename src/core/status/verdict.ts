import { SIDES } from '../facts/resource-health.ts';
import type { Attention } from './attention-entry.ts';
import { troubleOf } from './attention-of-resources.ts';
import { isInScope } from './project-report.ts';
import type { StatusFacts } from './status-facts.ts';
import { clockTime, duration } from './words.ts';

/** The first words of status: how things stand, worst first, and what to do next. */
export interface Verdict {
  readonly level: 'ok' | 'starting' | 'warning' | 'critical' | 'unknown';
  /** In capitals what is the matter, then what it means. */
  readonly headline: string;
  readonly sentence: string;
  /** What to do next; empty where that is nothing. */
  readonly action: string;
  /** The page of the documentation that leads through it; null where none is needed. */
  readonly runbook: string | null;
}

const RUNBOOKS = {
  failover: 'docs/failover.md',
  storage: 'docs/install.md#when-nothing-happens',
  settings: 'docs/settings.md',
};

interface Opening extends Pick<Verdict, 'level' | 'runbook'> {
  /** In capitals. */
  readonly words: string;
}

/** @param attention what needs attention, worst first; what follows from one cause is told once in it */
export function verdictOf(facts: StatusFacts, attention: readonly Attention[]): Verdict {
  const openings = [...failedOver(facts), ...whatIsWrong(facts, attention)];
  const level = openings.find(({ level }) => level === 'critical')?.level ?? openings[0]?.level ?? 'ok';
  const headline = [
    ...new Set([
      ...openings.map(({ words }) => words),
      ...(openings.length === 0 ? ['ALL WELL'] : []),
      ...standing(facts),
    ]),
  ];
  const runbook = openings.find((opening) => opening.runbook !== null)?.runbook ?? null;
  return { level, headline: headline.join(' · '), ...nextAction(facts, attention), runbook };
}

/** Whoever comes next has to know it first. */
function failedOver({ projects, summary, generatedAt }: StatusFacts): Opening[] {
  const decided = projects.flatMap((project) => project.failedOver ?? []);
  const [first] = decided.toSorted((one, other) => (one.since < other.since ? -1 : 1));
  if (first === undefined) return [];
  const since = clockTime(first.since, new Date(generatedAt));
  const who = new Set(decided.map(({ by }) => by)).size === 1 ? ` by ${first.by}` : '';
  const why = new Set(decided.map(({ reason }) => reason)).size === 1 ? `: “${first.reason}”` : '';
  const words = `${summary.failedOver} FAILED OVER since ${since}${who}${why}`;
  return [{ level: 'warning', words, runbook: RUNBOOKS.failover }];
}

/** The worst that is the matter with the whole; empty where nothing is. */
function whatIsWrong(facts: StatusFacts, attention: readonly Attention[]): Opening[] {
  const { settings, storage, resources, sweep, app, summary, generatedAt } = facts;
  const since = (at: string | null): string => (at === null ? '' : ` since ${clockTime(at, new Date(generatedAt))}`);
  const critical = (words: string, runbook: string | null = null): Opening[] => [{ level: 'critical', words, runbook }];
  if (settings.problems.length > 0) return critical('SETTINGS INVALID: NOTHING RUNS', RUNBOOKS.settings);
  if (storage.unavailable !== null)
    return critical(`STORAGE DOES NOT ANSWER${since(storage.unavailable.since)}`, RUNBOOKS.storage);
  const dryRun: Opening[] =
    app?.mode === 'dry-run'
      ? [{ level: 'warning', words: 'DRY RUN: NOTHING IS COPIED', runbook: RUNBOOKS.settings }]
      : [];
  const troubled = SIDES.flatMap((side): Opening[] => {
    const trouble = troubleOf(resources[side]);
    if (trouble === null) return [];
    const words = `${side.toUpperCase()} ${trouble.headline}${since(resources[side].since)}`;
    const level = trouble.level === 'critical' ? 'critical' : 'warning';
    return [{ level, words, runbook: side === 'primary' && level === 'critical' ? RUNBOOKS.failover : null }];
  });
  if (troubled.length > 0) return [...troubled, ...dryRun];
  if (sweep.brake !== null && sweep.brake.confirmedAt === null) return [...critical('THE BRAKE IS ON'), ...dryRun];
  if (sweep.overdue) return [...critical(`NO SWEEP${since(sweep.lastCompletedAt)}`, RUNBOOKS.storage), ...dryRun];
  return [
    ...dryRun,
    ...(isStarting(facts, attention) ? starting(facts) : inProjects(facts, attention)),
    ...nothingSeen(summary.inScope, facts),
  ];
}

/** A beginning that takes longer than it should, or fails, is none any more. */
function isStarting({ sweep, summary }: StatusFacts, attention: readonly Attention[]): boolean {
  if (sweep.failure !== null || attention[0]?.level === 'critical') return false;
  return sweep.lastCompletedAt === null || (summary.inScope > 0 && summary.protected === 0);
}

function starting({ sweep }: StatusFacts): Opening[] {
  const words =
    sweep.lastCompletedAt === null
      ? 'STARTING: NO SWEEP HAS COMPLETED YET'
      : 'STARTING: THE FIRST COPIES ARE BEING MADE';
  return [{ level: 'starting', words, runbook: null }];
}

function inProjects({ projects }: StatusFacts, attention: readonly Attention[]): Opening[] {
  const worst = attention[0]?.level ?? 'notice';
  const of = attention.filter(({ level }) => level === worst);
  const unknown = projects.filter((project) => isInScope(project) && project.readiness.state === 'unknown').length;
  if (worst === 'notice') {
    const words = `${unknown} COPIES NOT LOOKED AT FOR TOO LONG`;
    return unknown === 0 ? [] : [{ level: 'unknown', words, runbook: null }];
  }
  const persons = of.filter(({ healsByItself }) => !healsByItself).length;
  const words = persons > 0 ? `${counted(persons, 'THING NEEDS', 'THINGS NEED')} YOU` : `${of.length} TO WATCH`;
  return [{ level: worst, words, runbook: null }];
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Green needs something that is protected. */
function nothingSeen(inScope: number, { sweep }: StatusFacts): Opening[] {
  if (inScope > 0 || sweep.lastCompletedAt === null) return [];
  return [{ level: 'warning', words: 'NOTHING TO PROTECT', runbook: null }];
}

/** What it means: what is protected, what could be failed over, and what that would lose. */
function standing({ settings, summary, resources }: StatusFacts): string[] {
  if (settings.problems.length > 0 || summary.inScope === 0) return [];
  const { inScope, ready, nothingServed, worstAtRiskSeconds: atRisk } = summary;
  const serving = inScope - nothingServed;
  const none = nothingServed === 0 ? '' : ` (${nothingServed} serve nothing)`;
  const isNight = troubleOf(resources.primary)?.level === 'critical';
  const loss = atRisk === null ? [] : [lossWords(atRisk, isNight)];
  if (isNight) return [`${ready} of ${serving} can be failed over now${none}`, ...loss];
  return [`${summary.protected} of ${inScope} protected, ${ready} of ${serving} ready to fail over${none}`, ...loss];
}

function lossWords(seconds: number, isNight: boolean): string {
  return isNight ? `at most ${duration(seconds)} of changes would be lost` : `nothing lost beyond ${duration(seconds)}`;
}

function nextAction(
  { sweep, summary, app, generatedAt }: StatusFacts,
  attention: readonly Attention[],
): Pick<Verdict, 'sentence' | 'action'> {
  const [first] = attention;
  if (first !== undefined && first.level !== 'notice') {
    const who = first.projectName === null ? '' : `${first.projectName}: `;
    return { sentence: `${who}${first.message}`, action: first.hint };
  }
  if (summary.failedOver > 0) {
    const sentence = 'Clients are sent to the secondary, where nothing is changed, whatever the primary does.';
    return { sentence, action: 'Once the primary has what it needs, send them back: POST /api/failback.' };
  }
  if (app?.mode === 'dry-run') {
    const sentence = 'Everything is looked at, and nothing is copied, named or published.';
    return { sentence, action: 'Set DRY_RUN to false once what status shows is what is wanted.' };
  }
  const { nextStartAt } = sweep;
  const next = nextStartAt === null ? '' : ` The next sweep is due ${clockTime(nextStartAt, new Date(generatedAt))}.`;
  return { sentence: `Nothing is wrong.${next}`, action: '' };
}
