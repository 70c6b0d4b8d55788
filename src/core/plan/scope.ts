import { isStagingName, validMark } from '../content/mark.ts';
import type { Project } from '../facts/model.ts';

/** The operator's choice, from INCLUDE_PROJECTS and EXCLUDE_PROJECTS. */
export interface Scope {
  /** Why a project is left out; null where it is wanted. */
  exclusionOf(project: { readonly id: string; readonly name: string }): string | null;
  /** Whether INCLUDE_PROJECTS names this project by its id. */
  names(projectId: string): boolean;
  /** The entries that match none of these projects. */
  unmatched(projects: readonly { readonly id: string; readonly name: string }[]): string[];
}

/**
 * Why a source project is not replicated; null where it is. A project that is itself a replica, of whatever pair, is
 * left out unless it is named by id: two pairs that face each other would copy for ever.
 */
export function exclusionOf(project: Pick<Project, 'id' | 'name' | 'description'>, scope: Scope): string | null {
  const unwanted = scope.exclusionOf(project);
  if (unwanted !== null) return unwanted;
  if (scope.names(project.id)) return null;
  const mark = validMark(project);
  if (mark !== null) {
    return `it is itself a replica, of ${mark.sourceProjectId}; name it by id in INCLUDE_PROJECTS to replicate it`;
  }
  return isStagingName(project.name) ? 'it is a replica that is still being imported' : null;
}
