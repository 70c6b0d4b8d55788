import type { HeldProject, Row } from '../../../src/local/start/rows.ts';
import type { Status } from '../../../src/local/start/app-calls.ts';
import { startSimulator, type ProjectSeed } from '../../../src/local/simulator/index.ts';

/** A project as a simulator holds it. */
export async function heldProject(seed: ProjectSeed, change?: (project: HeldProject) => void): Promise<HeldProject> {
  const simulator = await startSimulator();
  try {
    const project = await simulator.resource.addProject(seed);
    change?.(project);
    return project;
  } finally {
    await simulator.close();
  }
}

/** A project that is in sync, as the app reports it. */
export function reported(id: string, copyId: string, changes: Partial<Status['projects'][number]> = {}) {
  const replica = { projectId: copyId, name: 'Weld seams', verifiedAt: '2026-01-01T00:00:00Z', publishedAs: ['live'] };
  return { id, sync: 'in-sync', lagSeconds: 0, replica, generations: 1, failure: null, ...changes };
}

/** A row of a project that is protected. */
export function row(changes: Partial<Row> = {}): Row {
  return {
    id: '1',
    name: 'Weld seams',
    sync: 'in-sync',
    lagInSeconds: 0,
    copy: { id: '2f1c9a70-0000-4000-8000-000000000000', name: 'Weld seams', isVerified: true },
    images: { source: 5, copy: 5 },
    publishedAs: ['live'],
    generations: 1,
    failure: null,
    missing: null,
    ...changes,
  };
}
