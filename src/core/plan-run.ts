import { decideNames } from './naming.ts';
import type { Plan, PlanInput } from './plan.ts';
import { look, secondsBetween, step } from './plan.ts';
import type { Run } from './record.ts';
import { verifyCopy } from './verify.ts';

/** Half of what has been waited so far: quick imports are seen quickly, long ones are asked after rarely. */
function waitFor(reason: string, elapsedInSeconds: number, longestInSeconds: number): Plan {
  const inSeconds = Math.ceil(Math.min(Math.max(elapsedInSeconds / 2, 2), longestInSeconds));
  return { kind: 'wait', inSeconds, reason };
}

/** What comes next for a copy that is being made, from the intent to the switch. */
export function planRun(input: PlanInput, run: Run): Plan {
  if (run.discard !== null) return step({ do: 'discard', code: run.discard.code, message: run.discard.message });
  if (run.projectId === null) return findImport(input, run);
  if (input.seen.candidate === undefined) return look('candidate');
  if (run.importedAt === null) return awaitImport(input, run);
  if (input.seen.candidate === null) {
    return step({ do: 'end-run', code: 'IMPORT_GONE', message: 'The copy was deleted before it was in use.' });
  }
  if (run.markedAt === null) return step({ do: 'mark' });
  if (run.verified === null) return verify(input, run);
  return planSwitch(input, run, run.projectId);
}

/** The reply that would have named the project was lost: it is recognised by its staging name, sooner or later. */
function findImport({ seen, policy, now }: PlanInput, run: Run): Plan {
  if (run.intent === null) return step({ do: 'end-run', code: 'NO_INTENT', message: 'The run has no import.' });
  if (seen.targetProjects === undefined) return look('target-projects');
  const { stagingName, requestedAt } = run.intent;
  const found = seen.targetProjects.find(({ name }) => name === stagingName);
  if (found !== undefined) return step({ do: 'adopt', projectId: found.id });
  const elapsed = secondsBetween(requestedAt, now);
  if (elapsed < policy.limits.lateImportInSeconds) {
    return waitFor(`the reply to the import was lost; looking for a project named ${stagingName}`, elapsed, 60);
  }
  const message = `The reply to the import was lost, and no project named ${stagingName} has appeared since ${requestedAt}.`;
  return step({ do: 'end-run', code: 'IMPORT_LOST', message });
}

function awaitImport({ seen, policy, now }: PlanInput, run: Run): Plan {
  const elapsed = secondsBetween(run.intent?.requestedAt ?? run.startedAt, now);
  if (!seen.candidate) {
    // A project that was only just made may not be readable everywhere yet.
    if (elapsed < 60) return waitFor('the imported project is not readable yet', elapsed, 10);
    return step({
      do: 'end-run',
      code: 'IMPORT_GONE',
      message: 'The project was deleted while it was being imported.',
    });
  }
  switch (seen.candidate.status) {
    case 'Succeeded':
      return step({ do: 'note-imported' });
    case 'Failed':
      return step({
        do: 'discard',
        code: 'IMPORT_FAILED',
        message: 'Custom Vision ended the import as Failed and gives no reason.',
      });
    default: {
      const estimates = (run.intent?.estimatedImportInSeconds ?? 0) * policy.limits.importDeadlineInEstimates;
      const deadline = Math.max(policy.limits.importDeadlineInSeconds, estimates);
      if (elapsed < deadline) return waitFor(`the import is ${seen.candidate.status}`, elapsed, 300);
      const message = `The import is still ${seen.candidate.status} after ${Math.round(elapsed)} seconds.`;
      return step({ do: 'discard', code: 'IMPORT_TIMED_OUT', message });
    }
  }
}

function verify({ seen, now }: PlanInput, run: Run): Plan {
  if (seen.candidateContent === undefined) return look('candidate-content');
  if (seen.candidateContent === null) {
    return step({ do: 'end-run', code: 'IMPORT_GONE', message: 'The copy was deleted before it was verified.' });
  }
  const verdict = verifyCopy(run, seen.candidateContent.observation, seen.candidateContent.content);
  if (verdict.hard.length > 0) {
    const message = `The copy lacks content: ${verdict.hard.map(describeDifference).join('; ')}.`;
    return step({ do: 'discard', code: 'IMPORT_INCOMPLETE', message });
  }
  const { differences, baseline } = verdict;
  return step({ do: 'note-verified', verified: { at: now.toISOString(), differences, baseline } });
}

function describeDifference({ what, expected, found }: { what: string; expected: string; found: string }): string {
  return `${what}: ${expected} in the export, ${found} in the copy`;
}

/** Names are decided and stored before the first of them is given, so that each of these steps can be repeated. */
function planSwitch({ record, seen }: PlanInput, run: Run, projectId: string): Plan {
  if (run.naming === null) {
    if (seen.targetProjects === undefined) return look('target-projects');
    const names = decideNames(run.before.name, projectId, record.generations, seen.targetProjects);
    return step({ do: 'intend-names', naming: { ...names, asideAt: null, namedAt: null } });
  }
  if (run.naming.aside !== null && run.naming.asideAt === null) return step({ do: 'rename-aside' });
  if (run.naming.namedAt === null) return step({ do: 'rename' });
  return step({ do: 'switch' });
}
