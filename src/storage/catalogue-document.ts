import type { ContainerClient } from '@azure/storage-blob';
import { catalogueSchema, type Catalogue } from '../core/backups/catalogue.ts';
import { isFailure } from '../core/facts/failure.ts';
import type { Document, Versioned } from '../replicator/ports/storage.ts';
import { catalogueName } from './backup-names.ts';
import { abortable, jsonDocument } from './json-document.ts';
import { asStorageFailure, hasCode, IMMUTABLE_CODES } from './storage-failure.ts';

/** Marks the ETag of a catalogue that lies among the state, so that it is written where it was read. */
const AMONG_STATE = 'state:';

/**
 * The catalogue of one source project: beside its packages; but among the state where their container lets nothing be
 * written twice. One that lies among the state is the newer one, and stays there.
 */
export function catalogueDocument(
  packages: ContainerClient,
  state: ContainerClient,
  sourceProjectId: string,
): Document<Catalogue> {
  const name = catalogueName(sourceProjectId);
  const beside = jsonDocument(packages, name, catalogueSchema);
  const amongState = jsonDocument(state, name, catalogueSchema);
  const writeToState = async (value: Catalogue, etag: string | null, signal: AbortSignal | undefined) =>
    marked(await amongState.write(value, etag, signal));
  return {
    async read(signal) {
      const [moved, here] = await Promise.all([amongState.read(signal), beside.read(signal)]);
      return moved === null ? here : marked(moved);
    },
    async write(value, etag, signal) {
      if (etag?.startsWith(AMONG_STATE) === true) return writeToState(value, etag.slice(AMONG_STATE.length), signal);
      // Its first version would stay there, and be taken for the whole by whoever looks without this app.
      if (etag === null && (await isWriteOnce(packages, signal))) return writeToState(value, null, signal);
      try {
        return await beside.write(value, etag, signal);
      } catch (error) {
        if (!isFailure(error) || !IMMUTABLE_CODES.has(error.code)) throw error;
        return writeToState(value, null, signal);
      }
    },
  };
}

function marked({ value, etag }: Versioned<Catalogue>): Versioned<Catalogue> {
  return { value, etag: `${AMONG_STATE}${etag}` };
}

/** Whether a policy or a legal hold covers the whole container; one for versions lets blobs be written again. */
async function isWriteOnce(container: ContainerClient, signal: AbortSignal | undefined): Promise<boolean> {
  const look = async (): Promise<boolean> => {
    try {
      const found = await container.getProperties(abortable(signal));
      if (found.isImmutableStorageWithVersioningEnabled === true) return false;
      return found.hasImmutabilityPolicy === true || found.hasLegalHold === true;
    } catch (error) {
      if (hasCode(error, 'ContainerNotFound')) return false;
      throw error;
    }
  };
  return asStorageFailure(`Looking at the container ${container.containerName}`, look, signal);
}
