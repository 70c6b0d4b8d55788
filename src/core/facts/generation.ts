import { ReplicationFailure } from './failure.ts';
import type { Generation, ReplicaRecord, Run } from './record.ts';

const NO_COUNTS: Generation['exported'] = { iterations: null, images: null, tags: null, regions: null };

type Found = Generation['foundPublished'][number];

type Required = 'runId' | 'replicaProjectId' | 'name' | 'holds' | 'importedAt' | 'verifiedAt' | 'baseline';

/** A generation with these facts; all others have their first values. */
export function newGeneration(facts: Pick<Generation, Required> & Partial<Generation>): Generation {
  return {
    intendedName: null,
    exported: NO_COUNTS,
    adopted: false,
    differences: [],
    lastModified: null,
    published: [],
    foundPublished: [],
    changedBySomebody: false,
    changeCheckedAt: null,
    pinned: null,
    lacksModels: [],
    ...facts,
  };
}

/** The copy that a run made, as far as the run itself knows it. */
export function generationOfRun(
  run: Run,
  facts: Pick<Generation, Exclude<Required, 'runId' | 'holds'>> & Partial<Generation>,
): Generation {
  const { runId, before: holds, intent, adoptedAt, published, refused, verified } = run;
  const isTaken = (found: Found): boolean =>
    published.some((own) => own.iterationId === found.iterationId || own.publishName === found.publishName);
  const foundPublished = (verified?.foundPublished ?? []).filter((found) => !isTaken(found));
  return newGeneration({
    ...{ runId, holds, published, foundPublished, ...(refused && { refused }) },
    exported: intent?.exported ?? NO_COUNTS,
    adopted: adoptedAt !== null,
    ...facts,
  });
}

/**
 * The copy that a run has made, verified and named.
 *
 * @throws {ReplicationFailure} `RUN_INCOMPLETE` where it was not: nothing is made up for what nobody saw
 */
export function verifiedGeneration(
  run: Run,
  name: string | null,
  facts: Pick<Generation, 'replicaProjectId'> & Partial<Generation>,
): Generation {
  const { importedAt, verified } = run;
  if (importedAt === null || verified === null || name === null) {
    throw new ReplicationFailure(`The run ${run.runId} is not complete.`, {
      class: 'bug',
      code: 'RUN_INCOMPLETE',
      hint: 'A copy that is not proven was about to be recorded as proven; please report this.',
    });
  }
  const { at: verifiedAt, differences, baseline } = verified;
  return generationOfRun(run, { name, importedAt, verifiedAt, differences, baseline, ...facts });
}

/** The record with these facts about one of its copies. */
export function withGeneration(record: ReplicaRecord, runId: string, facts: Partial<Generation>): ReplicaRecord {
  const generations = record.generations.map((other) => (other.runId === runId ? { ...other, ...facts } : other));
  return { ...record, generations };
}
