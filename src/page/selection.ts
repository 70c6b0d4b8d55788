import { LEVELS } from '../core/status/attention-entry.ts';
import type { ProjectReport } from '../core/status/project-report.ts';
import type { StatusReport } from '../core/status/report.ts';

/** What somebody asked the status page for: `?show=attention|all`, and `?q=` for a part of a name or of an id. */
export interface PageQuery {
  /** Null where the page is to decide: all where they are few, else those that need attention. */
  readonly show: 'attention' | 'all' | null;
  /** Empty for no search. */
  readonly search: string;
}

/**
 * Where nobody asked for a part.
 * @internal
 */
export const NO_QUERY: PageQuery = { show: null, search: '' };

const LONGEST_SEARCH = 200;

/** What an address asks for; what it does not understand in it, it leaves out. */
export function pageQueryOf(parameters: { get(name: string): string | null }): PageQuery {
  const show = parameters.get('show');
  return {
    show: show === 'attention' || show === 'all' ? show : null,
    search: (parameters.get('q') ?? '').trim().slice(0, LONGEST_SEARCH),
  };
}

/**
 * So many rows a page has where nobody asked for more: what a person can look through, and about 80 kB.
 * @internal
 */
export const MOST_ROWS = 60;

/** So many causes of trouble a page tells of where nobody asked for more; the worst stand first. */
export const MOST_CAUSES = 30;

export interface Selection {
  readonly query: PageQuery;
  /** What is shown: of what was asked for, or what the page decided. */
  readonly show: 'attention' | 'all';
  /** The projects to show, the worst first. */
  readonly rows: readonly ProjectReport[];
  /** How many fit, those included that are left out since nobody asked for so many. */
  readonly fitting: number;
  /** How many need attention, and how many there are, whatever is searched for. */
  readonly troubled: number;
  readonly all: number;
}

/** The projects that the page shows, the worst first and of the same badness by name. */
export function selectionOf({ projects, attention }: StatusReport, query: PageQuery): Selection {
  const badness = new Map<string, number>();
  for (const { projectId, level } of attention) {
    if (projectId === null || level === 'notice') continue;
    badness.set(projectId, Math.min(badness.get(projectId) ?? Infinity, LEVELS.indexOf(level)));
  }
  const needsAttention = ({ id }: ProjectReport): boolean => badness.has(id);
  const troubled = projects.filter(needsAttention).length;
  const show = query.show ?? (query.search !== '' || projects.length <= MOST_ROWS ? 'all' : 'attention');
  const fitting = projects.filter(
    (project) => (show === 'all' || needsAttention(project)) && isFound(project, query.search),
  );
  const rank = (project: ProjectReport): number => {
    if (project.sync === 'parked') return -1;
    return badness.get(project.id) ?? LEVELS.length + calmness(project);
  };
  const sorted = fitting.toSorted((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
  const rows = query.show === null ? sorted.slice(0, MOST_ROWS) : sorted;
  return { query, show, rows, fitting: fitting.length, troubled, all: projects.length };
}

/** Of those that need no attention: what is failed over, work, what rests, and last what nothing is done about. */
function calmness({ sync, active }: ProjectReport): number {
  if (active === 'secondary') return -0.5;
  if (sync === 'excluded') return 3;
  if (sync === 'source-missing') return 2;
  return sync === 'in-sync' ? 1 : 0;
}

function isFound({ id, name }: ProjectReport, search: string): boolean {
  const sought = search.toLocaleLowerCase();
  return name.toLocaleLowerCase().includes(sought) || id.includes(sought);
}
