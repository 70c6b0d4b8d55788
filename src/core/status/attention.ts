import type { Attention } from './attention-entry.ts';
import { LEVELS } from './attention-entry.ts';
import { attentionOfApp } from './attention-of-app.ts';
import { attentionOfBackups } from './attention-of-backups.ts';
import { attentionOfProject } from './attention-of-project.ts';
import { attentionOfResources, causesIn, troubleOf } from './attention-of-resources.ts';
import type { StatusFacts } from './status-facts.ts';

/**
 * What somebody should see to, from what is to be done first down to what can wait: by level, of the same level what
 * needs a person first, then what is about the whole, then by the name of the project.
 */
export function attentionOf(facts: StatusFacts): Attention[] {
  const causeOf = causesIn(facts);
  const context = {
    now: new Date(facts.generatedAt),
    objectiveInSeconds: facts.summary.recoveryPointObjectiveSeconds,
    nextSweepAt: facts.sweep.nextStartAt,
    causeOf,
    primaryIsOut: troubleOf(facts.resources.primary) !== null,
  };
  const ofProjects = facts.projects.flatMap((project) => [
    ...attentionOfProject(project, context),
    ...attentionOfBackups(project, causeOf),
  ]);
  const all = [...attentionOfResources(facts), ...attentionOfApp(facts, causeOf), ...ofProjects];
  const told = facts.app?.mode === 'dry-run' ? all.map(withoutPromise) : all;
  return LEVELS.flatMap((level) =>
    [false, true].flatMap((heals) => told.filter((entry) => entry.level === level && entry.healsByItself === heals)),
  );
}

/** While DRY_RUN is on nothing is made, so that nothing of a project heals. */
function withoutPromise(entry: Attention): Attention {
  if (!entry.healsByItself || entry.about !== 'project') return entry;
  const hint = 'DRY_RUN is on: nothing is copied, named or published until it is off.';
  return { ...entry, healsByItself: false, nextAttemptAt: null, hint };
}
