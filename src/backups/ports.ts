import type { ExportedBlob } from '../core/backups/plan.ts';
import type { Catalogue } from '../core/backups/catalogue.ts';
import type { Iteration, Project, Tag } from '../core/facts/model.ts';
import type { Domain, ModelExport } from '../core/facts/model-export.ts';
import type { Document } from '../replicator/ports/storage.ts';

/** What work on model backups needs from the world; the rules of `ports.ts` hold here too. */

/** The resource whose models are backed up. All but `exportIteration` only reads. */
export interface ModelSource {
  /** Throws `not-found` where there is none. */
  getProject(projectId: string, signal: AbortSignal): Promise<Project>;
  getIterations(projectId: string, signal: AbortSignal): Promise<Iteration[]>;
  /** The tags as they were when the iteration was trained. */
  getIterationTags(projectId: string, iterationId: string, signal: AbortSignal): Promise<Tag[]>;
  getDomain(domainId: string, signal: AbortSignal): Promise<Domain>;
  getExports(projectId: string, iterationId: string, signal: AbortSignal): Promise<ModelExport[]>;
  /** Begins an export. One that is there or under way is refused with `BadRequestExportAlreadyInProgress`. */
  exportIteration(
    projectId: string,
    iterationId: string,
    platform: string,
    flavor: string | null,
    signal: AbortSignal,
  ): Promise<ModelExport>;
}

/** Where a package belongs among the backups. */
export interface PackagePlace {
  readonly projectId: string;
  readonly iterationId: string;
  readonly platform: string;
  readonly flavor: string | null;
  /** Without a dot. */
  readonly extension: string;
}

/** A package under its durable name, which nothing overwrites. */
export interface KeptPackage {
  readonly blob: string;
  readonly sizeInBytes: number;
  /** Lower-case hex, of what was stored. */
  readonly sha256: string;
  readonly etag: string;
}

/** The backups, and the container that the service exports models to. */
export interface BackupStore {
  /** The catalogue of one source project; throws where the id is not a GUID. */
  catalogue(sourceProjectId: string): Document<Catalogue>;
  /** The source project ids that have a catalogue, sorted. */
  listCatalogues(signal?: AbortSignal): Promise<string[]>;
  /** What the service has written for an iteration, empty blobs included; none where there is no container. */
  findExported(projectId: string, iterationId: string, signal: AbortSignal): Promise<ExportedBlob[]>;
  /**
   * Copies that very version of a blob, holding only a few MB of it at a time, and hashes it on the way. Throws
   * `conflict` where the blob is another by now. The same content again is the same backup.
   */
  keepExported(blob: ExportedBlob, place: PackagePlace, signal: AbortSignal): Promise<KeptPackage>;
  /**
   * Stores and hashes a stream in the same way; one without a byte is refused. It is not read where the package is there.
   *
   * @param etag of what the stream is read from; null where that has none
   */
  keepStream(
    body: AsyncIterable<Uint8Array>,
    etag: string | null,
    place: PackagePlace,
    signal: AbortSignal,
  ): Promise<KeptPackage>;
  /** Null where there is no such blob. */
  stat(blob: string, signal: AbortSignal): Promise<{ readonly sizeInBytes: number; readonly etag: string } | null>;
  /** Reads a blob as it is now, in order; null where there is none. Throws `conflict` where it is another meanwhile. */
  read(blob: string, signal: AbortSignal): Promise<AsyncIterable<Buffer> | null>;
  /** Hashes a blob as it is now; null where there is none. */
  hash(blob: string, signal: AbortSignal): Promise<Omit<KeptPackage, 'blob'> | null>;
}

export interface Download {
  /** The ETag that the server gives; null where it gives none. */
  readonly etag: string | null;
  /** Throws where it breaks off, or grows beyond the limit. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Ends it, read or not. */
  close(): Promise<void>;
}

export interface ModelDownloads {
  /**
   * Opens what a `downloadUri` of GetExports names: over https (http for this machine only), without credentials and
   * without following a redirect. The URI is a secret.
   */
  open(downloadUri: string, signal: AbortSignal): Promise<Download>;
}
