import type { Attention } from './attention-entry.ts';
import { LEVELS } from './attention-entry.ts';
import { attentionOfApp } from './attention-of-app.ts';
import { attentionOfBackups } from './attention-of-backups.ts';
import { attentionOfProject } from './attention-of-project.ts';
import type { StatusFacts } from './status-facts.ts';

/**
 * What somebody should see to, from what is to be done first down to what can wait: by level, of the same level what
 * needs a person first, then what is about the whole, then by the name of the project.
 */
export function attentionOf(facts: StatusFacts): Attention[] {
  const context = {
    now: new Date(facts.generatedAt),
    objectiveInSeconds: facts.summary.recoveryPointObjectiveSeconds,
    nextSweepAt: facts.sweep.nextStartAt,
  };
  const ofProjects = facts.projects.flatMap((project) => [
    ...attentionOfProject(project, context),
    ...attentionOfBackups(project),
  ]);
  const all = [...attentionOfApp(facts), ...ofProjects];
  return LEVELS.flatMap((level) =>
    [false, true].flatMap((heals) => all.filter((entry) => entry.level === level && entry.healsByItself === heals)),
  );
}
