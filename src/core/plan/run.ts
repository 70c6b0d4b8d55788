import { namesInUse } from './current.ts';
import { isFailedOver } from '../facts/decision.ts';
import { isHealedByProgress } from '../facts/backoff.ts';
import { isReplicaOf, runIdOfStagingName } from '../content/mark.ts';
import type { Project } from '../facts/model.ts';
import { decideNames } from '../content/naming.ts';
import type { Plan, PlanInput } from './types.ts';
import { look, step } from './types.ts';
import { secondsBetween } from '../facts/time.ts';
import type { PublicationsSeen, PublicationStep } from '../content/publications.ts';
import {
  isSameResource,
  nextPublicationStep,
  publicationsSeen,
  publishedOn,
  standingRefusals,
} from '../content/publications.ts';
import { wantedOn } from './publish.ts';
import { drMode, targetBlocker } from './blockers.ts';
import type { Difference, ReplicaRecord, Run } from '../facts/record.ts';
import { currentGeneration } from '../facts/record.ts';
import { importBeganAt } from '../facts/run-stage.ts';
import { verifyCopy } from '../content/verify.ts';

const TRIES_TO_UNLINK = 3;

/** Waits for half of the time that has passed: short imports are noticed soon, and long ones take few calls. */
function waitFor(reason: string, elapsedInSeconds: number, longestInSeconds: number): Plan {
  const inSeconds = Math.ceil(Math.min(Math.max(elapsedInSeconds / 2, 2), longestInSeconds));
  return { kind: 'wait', inSeconds, reason };
}

function importIsGone(message: string): Plan {
  return step({ do: 'end-run', code: 'IMPORT_GONE', message });
}

/** What comes next for a copy that is being made, from the intent to the switch. */
export function planRun(input: PlanInput, run: Run): Plan {
  // What a sweep has found since the run began: nothing is written to a target that is not one to make copies on.
  if (input.observed.targetFault === undefined) return look('target-fault');
  const fault = targetBlocker(input.record, input.observed);
  if (fault !== null) return { kind: 'blocked', blocker: fault };
  if (run.discard !== null) return step({ do: 'discard', discard: run.discard });
  if (isHeld(input)) {
    if (input.observed.route === undefined) return look('route');
    // What is in the making when clients are sent to the copy in use is as good as any, and finished beside that one.
    if (!isRouted(input, run) && !isFailedOver(input.decision)) return giveUp(input.decision?.reason ?? '');
  }
  if (run.replicaProjectId === null) return findImport(input, run);
  const { candidate } = input.observed;
  if (candidate === undefined) return look('candidate');
  if (run.importedAt === null) return awaitImport(input, run);
  if (candidate === null) return importIsGone('The copy was deleted before it was in use.');
  if (isTakenOver(candidate, run, input)) {
    const message = `Somebody renamed the copy in the making, or took its mark off: ${candidate.name} is theirs now.`;
    return step({ do: 'end-run', code: 'TAKEN_OVER', message });
  }
  if (candidate.drModeEnabled) return { kind: 'blocked', blocker: drMode('secondary') };
  if (run.markedAt === null) return step({ do: 'mark' });
  if (run.verified === null) {
    return run.unlinked === null ? unlink(input) : verify(input, run, run.unlinked.differences);
  }
  return planSwitch(input, run, candidate);
}

function isHeld({ decision }: PlanInput): boolean {
  return decision?.frozen === true || isFailedOver(decision);
}

/** Routed already: the switch is finished, and where another copy was decided on, that one takes over from it. */
function isRouted({ observed }: PlanInput, run: Run): boolean {
  return run.replicaProjectId !== null && observed.route?.secondary.projectId === run.replicaProjectId;
}

/** What a person has frozen must not be replaced by a copy that was in the making. */
function giveUp(reason: string): Plan {
  const message = `The project was frozen while it was being copied (${reason}): that copy is given up.`;
  return step({ do: 'discard', discard: { class: 'wait', code: 'PROJECT_FROZEN', message, lacking: [] } });
}

/** Before it is marked a copy is known by its staging name, after that by its mark. */
function isTakenOver(candidate: Project, run: Run, { record, policy }: PlanInput): boolean {
  const isMarked = isReplicaOf(candidate, record.sourceProjectId, policy.owner);
  if (run.markedAt !== null) return !isMarked;
  return !isMarked && runIdOfStagingName(candidate.name, policy.owner) !== run.runId;
}

/** The reply that names the project was lost. A project with the run's staging name is the one. */
function findImport({ observed, policy, now }: PlanInput, run: Run): Plan {
  if (run.intent === null) return step({ do: 'end-run', code: 'NO_INTENT', message: 'The run has no import.' });
  if (observed.targetProjects === undefined) return look('target-projects');
  const { stagingName, requestedAt } = run.intent;
  const found = observed.targetProjects.find(({ name }) => name === stagingName);
  if (found !== undefined) return step({ do: 'adopt', replicaProjectId: found.id });
  const elapsed = secondsBetween(requestedAt, now);
  if (elapsed < policy.limits.lateImportInSeconds) {
    return waitFor(`the reply to the import was lost; looking for a project named ${stagingName}`, elapsed, 60);
  }
  const message = `The reply to the import was lost, and no project named ${stagingName} has appeared since ${requestedAt}.`;
  return step({ do: 'end-run', code: 'IMPORT_LOST', message });
}

function awaitImport(input: PlanInput, run: Run): Plan {
  const { candidate } = input.observed;
  const elapsed = secondsBetween(importBeganAt(run), input.now);
  if (!candidate) {
    // A project that was only just made may not be readable everywhere yet.
    if (elapsed < 60) return waitFor('the imported project is not readable yet', elapsed, 10);
    return importIsGone('The project was deleted while it was being imported.');
  }
  switch (candidate.status) {
    case 'Succeeded':
      return step({ do: 'note-imported' });
    case 'Failed':
      return failedImport(input);
    default: {
      const { importDeadlineInSeconds, importDeadlineInEstimates } = input.policy.limits;
      const estimates = (run.intent?.estimatedImportInSeconds ?? 0) * importDeadlineInEstimates;
      if (elapsed < Math.max(importDeadlineInSeconds, estimates)) {
        return waitFor(`the import is ${candidate.status}`, elapsed, 300);
      }
      const message = `The import is still ${candidate.status} after ${Math.round(elapsed)} seconds.`;
      return discard('IMPORT_TIMED_OUT', message);
    }
  }
}

/** The service gives no reason; where the target is full, that is the likely one. */
function failedImport({ observed, policy }: PlanInput): Plan {
  if (observed.targetProjects === undefined) return look('target-projects');
  const limit = observed.targetProjectLimit ?? policy.targetProjectLimit;
  if (observed.targetProjects.length < limit) {
    return discard('IMPORT_FAILED', 'Custom Vision ended the import as Failed and gives no reason.');
  }
  const message = `Custom Vision ended the import as Failed while the secondary held ${observed.targetProjects.length} of ${limit} projects.`;
  return step({ do: 'discard', discard: { class: 'quota', code: 'IMPORT_FAILED_AT_LIMIT', message, lacking: [] } });
}

function discard(code: string, message: string, lacking: readonly Difference[] = []): Plan {
  return step({ do: 'discard', discard: { class: 'partial-import', code, message, lacking } });
}

/** After a few failures the copy is used all the same, and a difference says that the storage URIs may be on it. */
function unlink({ record }: PlanInput): Plan {
  const { failure } = record;
  // Progress clears the failures of earlier steps, so one that heals by progress is this step's own.
  const failed = failure !== null && isHealedByProgress(failure) ? failure.attempts : 0;
  return step({ do: 'unlink', isLastTry: failed >= TRIES_TO_UNLINK - 1 });
}

function verify({ record, observed, now }: PlanInput, run: Run, found: readonly Difference[]): Plan {
  if (observed.replica === undefined) return look('replica');
  if (observed.replicaContent === undefined) return look('replica-content');
  if (observed.replica === null || observed.replicaContent === null) {
    return importIsGone('The copy was deleted before it was verified.');
  }
  const { hard, baseline, ...verdict } = verifyCopy(run, observed.replica, observed.replicaContent);
  const differences = [...found, ...verdict.differences];
  if (hard.length === 0) {
    const foundPublished = publishedOn(observed.replica).map(({ iterationId, publishName }) => {
      return { iterationId, publishName };
    });
    return step({ do: 'note-verified', verified: { at: now.toISOString(), differences, baseline, foundPublished } });
  }
  const lacking = hard.map(describe).join('; ');
  const isSameAgain = lacking === record.lastLacking.map(describe).join('; ');
  const hasUnverified = record.generations.some(({ verifiedAt }) => verifiedAt === null);
  if (isSameAgain && !hasUnverified) {
    return step({ do: 'keep-unverified', replica: observed.replica, content: observed.replicaContent, lacking: hard });
  }
  return discard('IMPORT_INCOMPLETE', `The copy lacks content: ${lacking}.`, hard);
}

function describe({ what, expected, found }: Difference): string {
  return `${what}: ${expected} in the export, ${found} in the copy`;
}

/** What the copy in use serves and the source still publishes, and the new one does not. */
function namesLost(record: ReplicaRecord, run: Run, { held }: PublicationsSeen): string[] {
  const current = currentGeneration(record);
  if (current === null) return [];
  const found = new Set((run.verified?.foundPublished ?? []).map(({ publishName }) => publishName));
  const proven = new Set(current.published.map(({ publishName }) => publishName));
  const gained = new Set(held.map(({ publishName }) => publishName));
  // What only came along with either import is as good on the one as on the other.
  return namesInUse(current, run.before).filter((name) => !gained.has(name) && (proven.has(name) || !found.has(name)));
}

/** What the copy in the making was published as, as far as it shows it. */
function seenOn(run: Run, { observed, policy }: PlanInput): PublicationsSeen {
  const copy = { published: run.published, foundPublished: [] };
  return publicationsSeen(copy, publishedOn(observed.replica ?? { iterations: [] }), policy.predictionResourceId);
}

/** Each publication is asked for once: whatever the service makes of it, the copy goes on. */
function nextPublication({ observed, policy, now }: PlanInput, run: Run): PublicationStep | null {
  const { predictionResourceId } = policy;
  if (predictionResourceId === null || !observed.replica) return null;
  const wanted = wantedOn({ holds: run.before }, observed.replica, run.before);
  const asked = run.published.filter(({ resourceId }) => isSameResource(resourceId, predictionResourceId));
  return nextPublicationStep(wanted, asked, [], standingRefusals(run.refused, predictionResourceId, now));
}

/** Clients are on the copy in use: the new one is put into use once they were sent back and it serves what that one does. */
function keepAside(record: ReplicaRecord, run: Run, project: Project): Plan {
  const current = currentGeneration(record);
  const lacksModels = current === null ? [] : namesInUse(current, run.before);
  return step({ do: 'keep-waiting', project, lacksModels, because: 'PROJECT_FAILED_OVER' });
}

/**
 * The copy is published, then named, then routed. The names are stored before the first of them is given, so that each
 * of these steps can be repeated.
 */
function planSwitch(input: PlanInput, run: Run, candidate: Project): Plan {
  const { record, observed, policy } = input;
  if (isHeld(input) && !isRouted(input, run)) return keepAside(record, run, candidate);
  const mayPublish = policy.predictionResourceId !== null && run.before.publications.length > 0;
  const isToBeSeen = observed.replica === undefined && (run.published.length > 0 || mayPublish);
  if (run.naming === null) {
    if (isToBeSeen) return look('replica');
    const next = nextPublication(input, run);
    if (next !== null) return step(next);
    const lacksModels = namesLost(record, run, seenOn(run, input));
    if (lacksModels.length > 0)
      return step({ do: 'keep-waiting', project: candidate, lacksModels, because: 'COPY_LACKS_MODELS' });
    if (observed.targetProjects === undefined) return look('target-projects');
    const names = decideNames(run.before.name, candidate.id, record.generations, observed.targetProjects);
    return step({ do: 'intend-names', naming: { ...names, predecessorRenamedAt: null, namedAt: null } });
  }
  if (run.naming.predecessor !== null && run.naming.predecessorRenamedAt === null)
    return step({ do: 'rename-predecessor' });
  if (run.naming.namedAt === null) return step({ do: 'rename' });
  if (isToBeSeen && run.published.length > 0) return look('replica');
  return step({ do: 'switch', project: candidate, published: seenOn(run, input).held });
}
