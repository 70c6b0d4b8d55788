import { decideNames } from './naming.ts';
import type { Plan, PlanInput } from './plan.ts';
import { look, step } from './plan.ts';
import type { Generation, Snapshot } from './record.ts';
import { currentGeneration } from './record.ts';
import { compareContent, snapshotOf } from './revision.ts';

/** What comes next while no copy is being made: nothing, a small correction, or a new copy. */
export function planSettled(input: PlanInput): Plan {
  const { record, seen, policy } = input;
  if (seen.source === undefined) return look('source');
  if (seen.source === null) {
    return { kind: 'settled', as: 'source-missing', reason: 'the primary has no such project', source: null };
  }
  const snapshot = snapshotOf(seen.source, seen.sourceContent ?? null);
  const exclusion = policy.exclusionOf(seen.source.project);
  if (exclusion !== null) return { kind: 'settled', as: 'excluded', reason: exclusion, source: snapshot };

  if (seen.targetProjects === undefined) return look('target-projects');
  const present = new Set(seen.targetProjects.map(({ id }) => id));
  const gone = record.generations.find(({ projectId }) => !present.has(projectId));
  if (gone !== undefined) return step({ do: 'forget', generation: gone });

  const current = currentGeneration(record);
  if (current === null) return copy(input, snapshot);
  switch (compareContent(current.holds, snapshot)) {
    case 'unclear':
      return look('source-content');
    case 'different':
      return copy(input, snapshot);
    case 'same':
      return align(input, current, snapshot);
  }
}

function copy({ record, seen, justCopied }: PlanInput, snapshot: Snapshot): Plan {
  if (justCopied && record.triggeredAt === null) {
    const reason = 'the source changed while it was being copied; the next sweep copies it again';
    return { kind: 'settled', as: 'behind', reason, source: snapshot };
  }
  if (seen.source === undefined || seen.source === null) return look('source');
  if (seen.sourceContent === undefined) return look('source-content');
  return step({ do: 'import', before: snapshot, observation: seen.source, content: seen.sourceContent });
}

/** Name and description follow the source without a new copy. */
function align({ record, seen }: PlanInput, current: Generation, snapshot: Snapshot): Plan {
  const ours = record.generations;
  const { name, aside } = decideNames(snapshot.name, current.projectId, ours, seen.targetProjects ?? []);
  // A name that one of our own older copies still holds comes free with the next copy.
  const wanted = aside === null ? name : current.name;
  if (wanted !== current.name || snapshot.description !== current.holds.description) {
    return step({ do: 'align', generation: current, name: wanted, source: snapshot });
  }
  return { kind: 'settled', as: 'in-sync', reason: 'the current copy holds what the source holds', source: snapshot };
}
