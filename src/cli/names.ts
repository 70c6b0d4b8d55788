import { isGuid, asId } from '../core/facts/guid.ts';

export interface Named {
  readonly id: string;
  readonly name: string;
}

/** A name that stands for no project, or for more than one. */
export class UnknownName extends Error {}

/**
 * The project that somebody means by its id, its name, or the beginning of either where no other begins so. Names are read
 * in any case where only one is meant by that.
 *
 * @throws UnknownName
 */
export function projectNamed<T extends Named>(text: string, projects: readonly T[]): T {
  const wanted = text.normalize('NFC');
  const lower = wanted.toLowerCase();
  const name = (project: T): string => project.name.normalize('NFC');
  const tries: ((project: T) => boolean)[] = [
    ({ id }) => isGuid(text) && id === asId(text),
    (project) => name(project) === wanted,
    (project) => name(project).toLowerCase() === lower,
    (project) => name(project).toLowerCase().startsWith(lower) || project.id.startsWith(lower),
  ];
  for (const isMeant of tries) {
    const found = projects.filter(isMeant);
    const [only, ...others] = found;
    if (only !== undefined && others.length === 0) return only;
    if (only !== undefined)
      throw new UnknownName(`"${text}" may be any of: ${listed(found)}. Give more of it, or the id.`);
  }
  const known =
    projects.length === 0 ? 'No project is known yet: the first sweep lists them.' : `There are: ${listed(projects)}.`;
  throw new UnknownName(`There is no project "${text}". ${known}`);
}

const MOST_LISTED = 10;

function listed(projects: readonly Named[]): string {
  const names = projects.slice(0, MOST_LISTED).map(({ id, name }) => `${name} (${id.slice(0, 8)})`);
  const more = projects.length - names.length;
  return `${names.join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}
