import type { OpenApp } from '../app/app.ts';
import { readStored } from '../app/queries.ts';
import { projectNamed, type Named } from './names.ts';

export interface KnownProject extends Named {
  readonly isInScope: boolean;
}

/** The projects that the last accepted list or a record names, by name. */
async function knownProjects(opened: OpenApp): Promise<KnownProject[]> {
  const { sweep, records } = await readStored(opened);
  const listed = (sweep?.projects ?? []).map(({ id, name, excluded }) => ({ id, name, isInScope: excluded === null }));
  const ids = new Set(listed.map(({ id }) => id));
  const gone = [...records.values()]
    .filter(({ sourceProjectId }) => !ids.has(sourceProjectId))
    .map(({ sourceProjectId: id, name }) => ({ id, name, isInScope: false }));
  return [...listed, ...gone].sort((one, other) => one.name.localeCompare(other.name));
}

/** @throws UnknownName */
export async function knownProject(opened: OpenApp, text: string): Promise<KnownProject> {
  return projectNamed(text, await knownProjects(opened));
}
