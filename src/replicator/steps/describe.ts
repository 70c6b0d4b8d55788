import type { Mark } from '../../core/content/mark.ts';
import { carriesMark, markedDescription, markLine, validMark } from '../../core/content/mark.ts';
import { isFailure, ReplicationFailure } from '../../core/facts/failure.ts';
import type { Project, ProjectSettings } from '../../core/facts/model.ts';
import type { StepContext } from '../context.ts';

/** Lengths tried in turn where a description does not stand as it was sent: how long one may be is not documented. */
const DESCRIPTION_LENGTHS = [Infinity, 4_000, 2_000, 1_000, 500, 0] as const;

/** How often what is left of a cut description is taken for the length that one may have. */
const MOST_MEASUREMENTS = 3;

/** The import may have brought the source's storage URIs along, and sending them back would set them on the copy. */
export function withoutStorageUris(settings: ProjectSettings): ProjectSettings {
  return { ...settings, exportModelContainerUri: null, notificationQueueUri: null };
}

/** Nobody did anything: the service takes the mark, and shows something else. */
function markNotKept({ id, name }: Project, sent: string, shown: string, host: string): ReplicationFailure {
  return new ReplicationFailure(
    `The mark was written into the description of ${name} (${id}), and ${host} does not show it whole: ` +
      `${sent.length} characters were sent, ${shown.length} are shown.`,
    {
      class: 'refused',
      code: 'MARK_NOT_KEPT',
      hint:
        'The service changes descriptions in a way that was not foreseen. The copy stays as it was, and the mark is ' +
        'tried again. Please report it with what that description shows.',
    },
  );
}

/**
 * Gives a project a name and a description with its mark. Services cut descriptions and change their white space, so
 * what then stands is read back, and the source's part is shortened until the mark is whole in it. Where not even the
 * mark alone is, a project that had one before gets its description back, so that it is known as ours still.
 */
export async function describe(
  project: Project,
  name: string,
  sourceDescription: string,
  mark: Mark,
  { deps: { target }, signal }: StepContext,
): Promise<void> {
  const settings = withoutStorageUris(project.settings);
  let lengths: readonly number[] = DESCRIPTION_LENGTHS;
  let sent: string | null = null;
  let shown = '';
  let measurements = 0;
  while (lengths.length > 0) {
    const [maxLength = 0, ...shorter] = lengths;
    lengths = shorter;
    const description = markedDescription(sourceDescription, mark, maxLength);
    if (description === sent) continue;
    sent = description;
    try {
      await target.updateProject(project.id, { name, description, settings }, signal);
    } catch (error) {
      const shortest = description === markLine(mark);
      if (shortest || !isFailure(error) || error.code !== 'BadRequestProjectDescription') throw error;
      continue;
    }
    const updated = await target.getProject(project.id, signal);
    if (carriesMark(updated, mark)) return;
    shown = updated.description;
    // A service may count in bytes, so that the next try may be cut as well.
    measurements += 1;
    if (measurements <= MOST_MEASUREMENTS)
      lengths = [shown.length, ...shorter.filter((length) => length < shown.length)];
  }
  if (validMark(project) !== null) {
    await target.updateProject(project.id, { name: project.name, description: project.description, settings }, signal);
  }
  throw markNotKept(project, sent ?? '', shown, target.host);
}
