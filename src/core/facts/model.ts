/**
 * The Custom Vision things that are copied, as the replicator sees them: what `customvision/wire` makes of the
 * service's JSON. Absent and null are one here (null), since the service uses both for "not set".
 * Times are ISO 8601 strings in UTC, as the service writes them.
 */

/** A project, from GetProjects or GetProject. */
export interface Project {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly settings: ProjectSettings;
  readonly created: string | null;
  /** When the service says that it last changed. It is not documented what moves this time, so it proves nothing. */
  readonly lastModified: string | null;
  /** `Succeeded`, `Importing`, `Failed`, or a value that is not known yet. Absent reads as `Succeeded`. */
  readonly status: string;
  /** The service's own failover flag: while true the project is read-only. */
  readonly drModeEnabled: boolean;
  /**
   * Only in a list, or in the answer to an effect: why the project can't be worked with. It is there, under this id (empty
   * where not even that can be read); name and description are right or stand-ins, and everything else is one.
   */
  readonly problem?: string;
}

/** The two URIs by which a project writes into its owner's storage account, plain and without a signature. */
export interface StorageUris {
  /** The blob container that exported models are written to; null where it is not set. */
  readonly exportModelContainerUri: string | null;
  /** The queue that notifications are posted to; null where it is not set. */
  readonly notificationQueueUri: string | null;
}

/** One of the two API versions in the settings. They differ in which members of a project they show and accept. */
export type TrainingApi = 'main' | 'storage-integration';

/** The storage URIs are null also where the API version that was asked does not show them. */
export interface ProjectSettings extends StorageUris {
  readonly domainId: string | null;
  /** `Multiclass` or `Multilabel`; null for object detection. */
  readonly classificationType: string | null;
  readonly targetExportPlatforms: readonly string[];
  readonly useNegativeSet: boolean | null;
  readonly detectionParameters: string | null;
  /** Augmentation method -> whether it is on. */
  readonly augmentationMethods: Readonly<Record<string, boolean>>;
}

export interface Tag {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `Regular`, `Negative`, `GeneralProduct`, or a value that is not known yet. */
  readonly type: string;
  readonly imageCount: number;
}

export interface Iteration {
  readonly id: string;
  readonly name: string;
  /** `New`, `Training`, `Completed`, `Failed`, …: a free string of the service. */
  readonly status: string;
  readonly created: string | null;
  readonly trainedAt: string | null;
  readonly domainId: string | null;
  readonly trainingType: string | null;
  /** Null where it is not published. */
  readonly publishName: string | null;
  /**
   * The prediction resource that the service says it was originally published to, as an Azure resource id; null where it
   * says none. It is not documented whether that follows when it is published to another, nor what an import makes of it.
   */
  readonly originalPublishResourceId: string | null;
  readonly exportable: boolean;
  readonly exportableTo: readonly string[];
}

export interface Image {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly tags: readonly { readonly tagName: string }[];
  readonly regions: readonly ImageRegion[];
}

/**
 * A labelled box; its sides are fractions of the image, 0 to 1.
 * @internal
 */
export interface ImageRegion {
  readonly tagName: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What ExportProject says is in the copy; a count that the service left out is null. */
export interface ExportCounts {
  readonly iterations: number | null;
  readonly images: number | null;
  readonly tags: number | null;
  readonly regions: number | null;
}

/** ExportProject's answer. The token is a secret: it must not be stored, queued or logged. */
export interface ProjectExport {
  readonly token: string;
  readonly counts: ExportCounts;
  readonly estimatedImportInSeconds: number | null;
}

/** A project and what it holds, as read in one go. */
export interface Observation {
  readonly project: Project;
  readonly tags: readonly Tag[];
  readonly iterations: readonly Iteration[];
  readonly imageCount: number;
  /** When the first of the calls behind it was sent. */
  readonly observedAt: string;
}

/** An iteration holds a model once its training is completed; the service spells it `Completed`. */
export function isTrained(iteration: Iteration): boolean {
  return iteration.status.toLowerCase() === 'completed';
}
