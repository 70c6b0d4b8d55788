import type { ReplicationFailure } from '../../core/facts/failure.ts';
import { toFailure } from '../../core/facts/failure.ts';
import type { Project, StorageUris, TrainingApi } from '../../core/facts/model.ts';
import type { ProjectReader, StorageUriWriter } from '../ports/custom-vision.ts';

/** An answer or a failure. No copy must fail for its storage URIs, so failures are returned and not thrown. */
export type Tried<T> = { readonly value: T } | { readonly failure: ReplicationFailure };

/** Throws only where the work itself has to stop. */
export async function tried<T>(call: () => Promise<T>, signal: AbortSignal): Promise<Tried<T>> {
  try {
    return { value: await call() };
  } catch (error) {
    signal.throwIfAborted();
    return { failure: toFailure(error) };
  }
}

/** The outcome of writing storage URIs. */
export interface WrittenUris {
  /** Whether the service took what was sent, by any version. */
  readonly isAccepted: boolean;
  /** Whether a reading since showed the answer. */
  readonly isAnswered: boolean;
  /** The last failure to write; null where there was none. */
  readonly failure: ReplicationFailure | null;
  /** The project as last read by the version that it was read by before; null where it could not be read again. */
  readonly comparable: Project | null;
  /** By the version that shows what was asked for, where one does; else the same. */
  readonly shown: Project | null;
}

export interface UriRequest {
  readonly project: Project;
  /** The version that the project was read by. */
  readonly readBy: TrainingApi;
  /** Ways of saying the same, each tried in turn: what clears a URI is not documented. */
  readonly spellings: readonly StorageUris[];
  /** Whether a reading ends the attempt: it shows what was asked for, or what only a person may change. */
  readonly isAnswer: (project: Project, readBy: TrainingApi) => boolean;
  /** Whether the failure may be due to the API version, so that another one is worth a try. */
  readonly goesOn: (failure: ReplicationFailure) => boolean;
}

/**
 * Writes both storage URIs of a project, by one version of the API after the other, until a reading shows the answer.
 * Which version takes them, and which shows them, is not documented; what is not theirs is sent back as it was read.
 */
export async function writeUris(
  side: ProjectReader & StorageUriWriter,
  { project, readBy, spellings, isAnswer, goesOn }: UriRequest,
  signal: AbortSignal,
): Promise<WrittenUris> {
  const attempts = side.storageApis.flatMap((api) => spellings.map((uris) => ({ api, uris })));
  let written: WrittenUris = {
    ...{ isAccepted: false, isAnswered: false, failure: null },
    ...{ comparable: project, shown: project },
  };
  for (const [index, { api, uris }] of attempts.entries()) {
    const sent = written.comparable ?? project;
    const update = await tried(() => side.updateStorageUris(project.id, sent, uris, api, signal), signal);
    const refused = 'failure' in update ? update.failure : null;
    written = { ...written, isAccepted: written.isAccepted || refused === null, failure: refused ?? written.failure };
    if (refused?.executed !== 'no') {
      written = { ...written, ...(await readAgain(side, project.id, readBy, isAnswer, signal)) };
      if (written.shown === null || written.isAnswered) return written;
    }
    const isLastSpelling = (index + 1) % spellings.length === 0;
    if (refused !== null && isLastSpelling && !goesOn(refused)) break;
  }
  return written;
}

async function readAgain(
  side: ProjectReader & StorageUriWriter,
  projectId: string,
  readBy: TrainingApi,
  isAnswer: UriRequest['isAnswer'],
  signal: AbortSignal,
): Promise<Pick<WrittenUris, 'comparable' | 'shown' | 'isAnswered'>> {
  const read = await tried(() => side.getProject(projectId, signal, readBy), signal);
  if ('failure' in read) return { comparable: null, shown: null, isAnswered: false };
  const comparable = read.value;
  if (isAnswer(comparable, readBy)) return { comparable, shown: comparable, isAnswered: true };
  for (const api of side.storageApis.filter((other) => other !== readBy)) {
    const other = await tried(() => side.getProject(projectId, signal, api), signal);
    if ('value' in other && isAnswer(other.value, api)) return { comparable, shown: other.value, isAnswered: true };
  }
  return { comparable, shown: comparable, isAnswered: false };
}
