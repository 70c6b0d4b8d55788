import type {
  Image,
  Iteration,
  Project,
  ProjectExport,
  ProjectSettings,
  StorageUris,
  Tag,
  TrainingApi,
} from '../../core/facts/model.ts';

/**
 * What the replicator needs of Custom Vision. Every call may throw a ReplicationFailure; every call that takes a signal
 * ends soon after it aborts. An id that is no GUID is refused before anything is sent.
 */

/** The read side of one Custom Vision training resource. Safe to repeat; adapters retry by themselves. */
export interface ProjectReader {
  /** The resource's host name, lower case: half of the pair. */
  readonly host: string;
  /** All projects; the service does not page them. */
  getProjects(signal: AbortSignal): Promise<Project[]>;
  /** Throws `not-found` where there is none. Asks the main version of the API unless told. */
  getProject(projectId: string, signal: AbortSignal, api?: TrainingApi): Promise<Project>;
  getTags(projectId: string, signal: AbortSignal): Promise<Tag[]>;
  getIterations(projectId: string, signal: AbortSignal): Promise<Iteration[]>;
  /** How many images the workspace holds, tagged or not. */
  getImageCount(projectId: string, signal: AbortSignal): Promise<number>;
  /** One page of images, the oldest first; the order of those of one time may be another each time. `take` is at most 256. */
  getImages(projectId: string, page: { skip: number; take: number }, signal: AbortSignal): Promise<Image[]>;
  /** Makes a snapshot of the project in the service's own storage. The token is a secret. */
  exportProject(projectId: string, signal: AbortSignal): Promise<ProjectExport>;
}

/** What UpdateProject sends. The settings go whole, since what omitting one does is not documented. */
export interface ProjectUpdate {
  readonly name: string;
  readonly description: string;
  readonly settings: ProjectSettings;
}

/** The one thing that may be changed about a source project. */
export interface StorageUriWriter {
  /** The versions of the API that may know the storage URIs, the likelier first; one where both are the same. */
  readonly storageApis: readonly TrainingApi[];
  /**
   * Sends the whole project back with these storage URIs, of which null and an empty text may each clear one. The
   * service tests at once whether it may write there. Which version takes them, and shows them then, is not documented.
   */
  updateStorageUris(
    projectId: string,
    update: ProjectUpdate,
    uris: StorageUris,
    api: TrainingApi,
    signal: AbortSignal,
  ): Promise<Project>;
}

/** The side that replicas are made on. */
export interface ProjectWriter extends ProjectReader, StorageUriWriter {
  /**
   * Begins an import and answers with the new project, usually `Importing`. Never sent twice by an adapter: a failure
   * with `executed: 'no'` made nothing; any other may have made a project of this name.
   */
  importProject(token: string, name: string, signal: AbortSignal): Promise<Project>;
  updateProject(projectId: string, update: ProjectUpdate, signal: AbortSignal): Promise<Project>;
  /**
   * Makes an iteration answer predictions under a name, which moves to it from another iteration where `overwrite` is
   * set. Where the iteration is published already the service may refuse with `BadRequestIterationIsPublished`.
   */
  publishIteration(
    projectId: string,
    iterationId: string,
    publishName: string,
    predictionResourceId: string,
    overwrite: boolean,
    signal: AbortSignal,
  ): Promise<void>;
  /** Succeeds too where the iteration is not published. */
  unpublishIteration(projectId: string, iterationId: string, signal: AbortSignal): Promise<void>;
  /** Deletes a project; succeeds too where it is gone already. */
  deleteProject(projectId: string, signal: AbortSignal): Promise<void>;
}
