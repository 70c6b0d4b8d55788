import type { StatusReport } from '../core/status/report.ts';
import type { Attention } from './attention-entry.ts';
import { LEVELS } from './attention-entry.ts';
import { attentionOfApp } from './attention-of-app.ts';
import { attentionOfBackups } from './attention-of-backups.ts';
import { attentionOfProject, type ProjectContext } from './attention-of-project.ts';

/** What status says that each of its projects is judged by. */
export function contextOf({ generatedAt, summary, sweep }: StatusReport): ProjectContext {
  return {
    now: new Date(generatedAt),
    objectiveInSeconds: summary.recoveryPointObjectiveSeconds,
    nextSweepAt: sweep.nextDueAt,
  };
}

/**
 * What the page is to say first, down to what can wait; of the same level what needs a person is first. One entry for
 * each cause, with every project it befell.
 */
export function attentionOf(report: StatusReport): Attention[] {
  const context = contextOf(report);
  const ofProjects = report.projects.flatMap((project) => [
    ...attentionOfProject(project, context),
    ...attentionOfBackups(project),
  ]);
  const all = [...attentionOfApp(report), ...grouped(ofProjects)];
  return LEVELS.flatMap((level) =>
    [false, true].flatMap((heals) => all.filter((entry) => entry.level === level && entry.healsByItself === heals)),
  );
}

/** The same cause at many projects is one thing to act on. */
function grouped(entries: readonly Attention[]): Attention[] {
  const groups = new Map<string, Attention>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.level, entry.code, entry.cause, entry.todo]);
    const group = groups.get(key);
    groups.set(key, group === undefined ? entry : merged(group, entry));
  }
  return [...groups.values()];
}

function merged(group: Attention, entry: Attention): Attention {
  return {
    ...group,
    subjects: [...group.subjects, ...entry.subjects],
    nextTryAt: earlier(group.nextTryAt, entry.nextTryAt),
    since: earlier(group.since, entry.since),
  };
}

function earlier(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return Date.parse(one) <= Date.parse(other) ? one : other;
}
