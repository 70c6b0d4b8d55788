import { validMark, withoutMarks } from '../../core/content/mark.ts';
import { isUnverifiedName } from '../../core/content/naming.ts';
import type { StepOf } from '../../core/plan/types.ts';
import { newGeneration } from '../../core/facts/generation.ts';
import type { Difference, ReplicaRecord } from '../../core/facts/record.ts';
import { publishedOn } from '../../core/content/publications.ts';
import { baselineOf, countsOf } from '../../core/content/revision.ts';
import { observe } from '../observe.ts';
import type { StepContext, StepResult } from '../context.ts';
import { staleList } from '../stale-list.ts';

/**
 * Takes a copy that no record knows back into the record, from its mark and from what is found in it. That it carries
 * a name of its own shows that it passed its verification: a copy is named only after that.
 */
export async function rebuildGeneration(
  record: ReplicaRecord,
  { project }: StepOf<'rebuild'>,
  { deps, content: reader, save, signal }: StepContext,
): Promise<StepResult> {
  const { target, clock } = deps;
  const now = clock.now().toISOString();
  const mark = validMark(project);
  const found = await observe(target, project.id, clock, signal);
  if (mark === null || found === null) throw staleList(project.id);
  const content = await reader.read('target', found, null);
  const baseline = baselineOf(found, content);
  const differences: Difference[] = [];
  if (baseline.revision !== mark.revision) {
    differences.push({ what: 'revision (rebuilt from the mark)', expected: mark.revision, found: baseline.revision });
  }
  const importedAt = new Date(project.created ?? now).toISOString();
  const generation = newGeneration({
    runId: mark.runId,
    replicaProjectId: project.id,
    name: project.name,
    holds: {
      observedAt: importedAt,
      lastModified: null,
      revision: mark.revision,
      digest: content.digest,
      // The source's image ids are not known here, so that only the content digest can be compared until the next copy.
      labels: null,
      name: project.name,
      description: withoutMarks(project.description),
      publications: [],
      iterations: [],
    },
    exported: countsOf(found, content),
    importedAt,
    verifiedAt: isUnverifiedName(project.name) ? null : importedAt,
    differences,
    baseline,
    lastModified: found.project.lastModified,
    foundPublished: publishedOn(found),
  });
  const generations = [...record.generations, generation].sort((left, right) => (left.runId < right.runId ? -1 : 1));
  const saved = await save({ ...record, generations });
  const { sourceProjectId: projectId } = record;
  deps.events.emit({ event: 'replica.rebuilt', projectId, runId: mark.runId, replicaProjectId: project.id });
  return { record: saved };
}
