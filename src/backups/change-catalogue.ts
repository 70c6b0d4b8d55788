import type { Catalogue } from '../core/backups/catalogue.ts';
import { newCatalogue } from '../core/backups/catalogue.ts';
import { updateDocument } from '../replicator/documents.ts';
import type { BackupStore } from './ports.ts';

/** Changes a project's catalogue, which is made where there is none. */
export async function changeCatalogue(
  backups: BackupStore,
  project: { readonly id: string; readonly name: string },
  change: (catalogue: Catalogue) => Catalogue,
  signal: AbortSignal,
): Promise<Catalogue> {
  const document = backups.catalogue(project.id);
  const changed = await updateDocument(
    document,
    (stored) => change(stored ?? newCatalogue(project.id, project.name)),
    signal,
  );
  return changed ?? newCatalogue(project.id, project.name);
}
