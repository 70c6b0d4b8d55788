import { Readable } from 'node:stream';
import { createHash } from 'node:crypto';
import type { ExportedBlob } from '../../src/core/backups/plan.ts';
import { catalogueSchema, type Catalogue } from '../../src/core/backups/catalogue.ts';
import { ReplicationFailure } from '../../src/core/facts/failure.ts';
import type { BackupStore, KeptPackage, PackagePlace } from '../../src/backups/ports.ts';
import type { Document } from '../../src/replicator/ports/storage.ts';
import {
  catalogueName,
  exportedPrefix,
  extensionOf,
  packageFolder,
  packageName,
} from '../../src/storage/backup-names.ts';
import { emptyPackage } from '../../src/storage/package-keeper.ts';
import { conflictOn, formatDocument, idInName, parseDocument } from '../../src/storage/document-text.ts';

interface StoredBlob {
  readonly bytes: Buffer;
  readonly etag: string;
}

/** The backup store without a storage account: one container of backups, and one that the service exports to. */
export class MemoryBackupStore implements BackupStore {
  readonly #backups = new Map<string, StoredBlob>();
  readonly #exported = new Map<string, StoredBlob>();
  #writes = 0;

  /** Writes an exported blob, as the service does; answers with its ETag. */
  putExported(name: string, bytes: Buffer): void {
    this.#exported.set(name, this.#blob(bytes));
  }

  /** Writes a blob among the backups, as somebody with another tool could. */
  put(name: string, bytes: Buffer): void {
    this.#backups.set(name, this.#blob(bytes));
  }

  get(name: string): Buffer | null {
    return this.#backups.get(name)?.bytes ?? null;
  }

  remove(name: string): void {
    this.#backups.delete(name);
  }

  get names(): string[] {
    return [...this.#backups.keys()].sort();
  }

  catalogue(sourceProjectId: string): Document<Catalogue> {
    const name = catalogueName(sourceProjectId);
    const read = (): { value: Catalogue; etag: string } | null => {
      const blob = this.#backups.get(name);
      return blob === undefined
        ? null
        : { value: parseDocument(catalogueSchema, blob.bytes.toString(), name), etag: blob.etag };
    };
    return {
      read: () => promised(read),
      write: (value, etag) =>
        promised(() => {
          const text = formatDocument(catalogueSchema, value, name);
          if ((this.#backups.get(name)?.etag ?? null) !== etag) throw conflictOn(name);
          this.put(name, Buffer.from(text));
          return read() ?? { value, etag: '' };
        }),
    };
  }

  listCatalogues(): Promise<string[]> {
    return Promise.resolve([...this.#backups.keys()].flatMap((name) => idInName('catalogue', name) ?? []).sort());
  }

  findExported(projectId: string, iterationId: string): Promise<ExportedBlob[]> {
    return promised(() => {
      const prefix = exportedPrefix(projectId, iterationId);
      return [...this.#exported].flatMap(([name, { bytes, etag }]) => {
        const extension = name.startsWith(prefix) ? extensionOf(name, projectId, iterationId) : null;
        return extension === null ? [] : [{ name, extension, sizeInBytes: bytes.length, etag }];
      });
    });
  }

  keepExported({ name, etag }: ExportedBlob, place: PackagePlace): Promise<KeptPackage> {
    return promised(() => {
      const blob = this.#exported.get(name);
      if (blob?.bytes.length === 0) throw emptyPackage();
      if (blob?.etag === etag) return this.#keep(blob.bytes, etag, place);
      throw new ReplicationFailure('changed', { class: 'conflict', code: 'SOURCE_BLOB_CHANGED', hint: 'again' });
    });
  }

  async keepStream(body: AsyncIterable<Uint8Array>, etag: string | null, place: PackagePlace): Promise<KeptPackage> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    if (bytes.length === 0) throw emptyPackage();
    return this.#keep(bytes, etag, place);
  }

  stat(name: string): Promise<{ sizeInBytes: number; etag: string } | null> {
    const blob = this.#backups.get(name);
    return Promise.resolve(blob === undefined ? null : { sizeInBytes: blob.bytes.length, etag: blob.etag });
  }

  read(name: string): Promise<AsyncIterable<Buffer> | null> {
    const blob = this.#backups.get(name);
    return Promise.resolve(blob === undefined ? null : Readable.from([blob.bytes]));
  }

  hash(name: string): Promise<Omit<KeptPackage, 'blob'> | null> {
    const blob = this.#backups.get(name);
    return Promise.resolve(
      blob === undefined ? null : { sha256: sha256(blob.bytes), sizeInBytes: blob.bytes.length, etag: blob.etag },
    );
  }

  #keep(bytes: Buffer, version: string | null, place: PackagePlace): KeptPackage {
    const same = [...this.#backups].find(
      ([name, there]) => name.startsWith(packageFolder(place)) && there.bytes.equals(bytes),
    );
    let nth = 1;
    while (this.#backups.has(packageName(place, version, nth))) nth += 1;
    const [name, blob] = same ?? [packageName(place, version, nth), this.#blob(bytes)];
    this.#backups.set(name, blob);
    return { blob: name, sizeInBytes: bytes.length, sha256: sha256(bytes), etag: blob.etag };
  }

  #blob(bytes: Buffer): StoredBlob {
    this.#writes += 1;
    return { bytes, etag: `"${this.#writes}"` };
  }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What the function answers or throws, as the promise that the ports ask for. */
function promised<T>(run: () => T): Promise<T> {
  return new Promise((resolve) => resolve(run()));
}
