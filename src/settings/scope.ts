import { isGuid } from '../core/facts/guid.ts';
import type { Scope } from '../core/plan/scope.ts';
import { entriesOf, format } from './formats.ts';
import { wildcardMatcher } from './wildcards.ts';

interface ProjectName {
  readonly id: string;
  readonly name: string;
}

/** One entry of INCLUDE_PROJECTS or EXCLUDE_PROJECTS. */
export interface ProjectPattern {
  readonly text: string;
  readonly isId: boolean;
  matches(project: ProjectName): boolean;
}

const EXPECTED = 'project names, ids or globs (* and ?), separated by commas';

export const projectPatterns = format<ProjectPattern[]>(EXPECTED, (raw) => {
  const entries = entriesOf(raw);
  return entries.length > 0 ? { value: entries.map(toPattern) } : { problem: 'names nothing.' };
});

function toPattern(text: string): ProjectPattern {
  const lower = text.toLowerCase();
  if (isGuid(text)) {
    return { text, isId: true, matches: ({ id }) => id === lower };
  }
  const isNamed = wildcardMatcher(text);
  return { text, isId: false, matches: ({ name }) => isNamed(name) };
}

/**
 * @param include null for every project
 * @param exclude wins over `include`
 */
export function createScope(include: readonly ProjectPattern[] | null, exclude: readonly ProjectPattern[]): Scope {
  return {
    exclusionOf(project) {
      const excluding = exclude.find((pattern) => pattern.matches(project));
      if (excluding !== undefined) return `EXCLUDE_PROJECTS has '${excluding.text}'`;
      const included = include === null || include.some((pattern) => pattern.matches(project));
      return included ? null : 'INCLUDE_PROJECTS does not name it';
    },
    names: (projectId) =>
      (include ?? []).some((pattern) => pattern.isId && pattern.matches({ id: projectId, name: '' })),
    unmatched: (projects) => [
      ...unmatchedIn('INCLUDE_PROJECTS', include ?? [], projects),
      ...unmatchedIn('EXCLUDE_PROJECTS', exclude, projects),
    ],
  };
}

function unmatchedIn(setting: string, patterns: readonly ProjectPattern[], projects: readonly ProjectName[]): string[] {
  const idle = patterns.filter((pattern) => !projects.some((project) => pattern.matches(project)));
  return idle.map(({ text }) => `${setting}: ${text}`);
}
