/** What the simulated resource holds. Times are milliseconds since the epoch. */

export interface StoredProject {
  readonly id: string;
  name: string;
  description: string;
  domainId: string;
  classificationType: 'Multiclass' | 'Multilabel' | null;
  targetExportPlatforms: string[];
  augmentationMethods: Record<string, boolean>;
  exportModelContainerUri: string | null;
  notificationQueueUri: string | null;
  readonly created: number;
  lastModified: number;
  drMode: boolean;
  status: 'Succeeded' | 'Importing' | 'Failed';
  /** Moves with every edit of tags and images; training compares it with that of the last iteration. */
  contentVersion: number;
  /** By id, oldest first; so are images and iterations. */
  readonly tags: Map<string, StoredTag>;
  readonly images: Map<string, StoredImage>;
  readonly iterations: Map<string, StoredIteration>;
}

export interface StoredTag {
  readonly id: string;
  name: string;
  description: string;
  type: 'Regular' | 'Negative' | 'GeneralProduct';
}

export interface StoredImage {
  readonly id: string;
  readonly created: number;
  readonly width: number;
  readonly height: number;
  readonly content: ImageContent;
  /** Tag id -> when it was put on. */
  readonly tags: Map<string, number>;
  regions: StoredRegion[];
  metadata: Record<string, string>;
}

/** An image's bytes: those that were uploaded, or a picture drawn from a seed when it is asked for. */
export type ImageContent =
  | { readonly kind: 'drawn'; readonly seed: string }
  | { readonly kind: 'uploaded'; readonly base64: string; readonly sha256: string; readonly mediaType: string };

export interface Box {
  readonly tagId: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface StoredRegion extends Box {
  readonly id: string;
  readonly created: number;
}

export interface StoredIteration {
  readonly id: string;
  name: string;
  status: 'Training' | 'Completed' | 'Failed';
  readonly created: number;
  lastModified: number;
  trainedAt: number | null;
  readonly domainId: string;
  readonly classificationType: StoredProject['classificationType'];
  readonly trainingType: 'Regular' | 'Advanced';
  readonly reservedBudgetInHours: number;
  readonly contentVersion: number;
  publishName: string | null;
  /** False where a publish name came along with an import but nothing serves it. */
  published: boolean;
  originalPublishResourceId: string | null;
  /** The prediction resource that it answers at; null where it does not. */
  publishedTo: string | null;
  readonly exports: StoredExport[];
  readonly model: StoredModel;
}

/** A trained model. */
export interface StoredModel {
  /** Lower-case hex SHA-256 of all that was learned from; the same of two models only where they answer alike. */
  readonly learned: string;
  /** The tags as they were named then. */
  readonly tags: readonly { readonly id: string; readonly name: string }[];
}

export interface StoredExport {
  readonly id: string;
  readonly platform: string;
  readonly flavor: string | null;
  status: 'Exporting' | 'Done' | 'Failed';
  /** A newer package format is there: the model may be exported once more. */
  newerVersionAvailable: boolean;
}

/** How something in the background is to end: as it should, as `Failed`, or not at all. */
export type Ending =
  | { readonly kind: 'succeeds' }
  | {
      readonly kind: 'fails';
      /** Imports only: the share of tags and images, 0 to 1, that is there when it fails; half by default. */
      readonly keepShare?: number;
    }
  | { readonly kind: 'never' };

export const SUCCEEDS: Ending = { kind: 'succeeds' };
