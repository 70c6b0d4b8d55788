import type { Attention } from '../core/status/attention-entry.ts';

/** A project that something is the matter with. */
export interface Subject {
  readonly id: string;
  readonly name: string;
  readonly effect: string | null;
}

/** One cause, with every project it befell; none where it is about the whole. */
export interface AttentionGroup extends Omit<Attention, 'projectId' | 'projectName' | 'effect'> {
  readonly subjects: readonly Subject[];
}

/** The same cause at many projects is shown once, in the place of the first. */
export function groupsOf(attention: readonly Attention[]): AttentionGroup[] {
  const groups = new Map<string, AttentionGroup>();
  for (const entry of attention) {
    const { projectId, projectName, effect, ...cause } = entry;
    const subjects = projectId === null ? [] : [{ id: projectId, name: projectName ?? '', effect }];
    const { level, code, message, hint } = entry;
    const key = JSON.stringify([level, code, message, hint]);
    const group = groups.get(key);
    groups.set(key, group === undefined ? { ...cause, subjects } : merged(group, entry, subjects));
  }
  return [...groups.values()];
}

function merged(group: AttentionGroup, entry: Attention, subjects: readonly Subject[]): AttentionGroup {
  return {
    ...group,
    subjects: [...group.subjects, ...subjects],
    nextAttemptAt: earlier(group.nextAttemptAt, entry.nextAttemptAt),
    since: earlier(group.since, entry.since),
  };
}

function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return Date.parse(one) <= Date.parse(other) ? one : other;
}
