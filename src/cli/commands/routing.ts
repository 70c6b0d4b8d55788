import { routing } from '../../app/queries.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Session } from '../session.ts';

/** The manifest that clients follow. */
export async function showRouting(session: Session): Promise<ExitCode> {
  const { printer } = session;
  const manifest = await routing(session.open());
  if (manifest === null) {
    printer.json({ routing: null });
    printer.line('No copy is in use yet, so that there is no manifest.');
    return EXIT.warning;
  }
  printer.json({ routing: manifest });
  const rows = Object.entries(manifest.projects).map(([id, { name, active, secondary }]) => [
    ...[name, active === 'secondary' ? printer.style('yellow', active) : active, id, secondary.projectId],
    ...[secondary.publishNames.join(', '), secondary.predictionEndpoint ?? 'not set'],
  ]);
  printer.table(
    ['project', 'active', 'id on the primary', 'id of the copy', 'published as', 'endpoint of the copy'],
    rows,
  );
  printer.line(`As of ${manifest.updatedAt}.`);
  return EXIT.ok;
}
