import type { ReplicatorEvent } from '../facts/events.ts';
import { SWEEP_TIMER } from '../facts/functions.ts';
import { ageInSeconds } from '../facts/time.ts';
import type { Attention } from './attention-entry.ts';
import type { SilentFunction } from './silent-functions.ts';
import type { StatusFacts } from './status-facts.ts';
import { ago, duration } from './words.ts';

const OF_A_FUNCTION = { projectId: null, projectName: null, effect: null, healsByItself: false } as const;

/** The functions of the app that should run and do not, and the queues that they can't have messages from. */
export function attentionOfFunctions({ functions, generatedAt }: StatusFacts): Attention[] {
  const now = new Date(generatedAt);
  return [
    ...functions.silent.map((silent) => silentFunction(silent, now)),
    ...functions.unavailableQueues.map(unavailableQueue),
  ];
}

function silentFunction(silent: SilentFunction, now: Date): Attention {
  const { name, queue, since, lastRanAt } = silent;
  const silence = duration(ageInSeconds(since, now));
  const message =
    queue === null
      ? `The function ${name} should have run, and nothing shows that it did: for ${silence} it has left no sign.`
      : `The function ${name} takes nothing from its queue ${queue}: a message has waited there for ${silence}, and nothing shows that the function ran.`;
  const last = lastRanAt === null || lastRanAt === since ? '' : ` It last ran ${ago(lastRanAt, now)}.`;
  return {
    ...OF_A_FUNCTION,
    about: 'app',
    level: 'critical',
    code: 'FUNCTION_SILENT',
    message: `${message}${last}`,
    hint: `See in the portal, function app → Functions → ${name}, whether it is disabled or in error. If it is in error, check ${settingsOf(silent)}; docs/install.md, “When nothing happens”, tells how.`,
    since,
    nextAttemptAt: null,
  };
}

/** What the host makes a trigger of. */
function settingsOf({ name, queue }: SilentFunction): string {
  if (queue === null) return 'AzureWebJobsStorage, which timers are kept in';
  return name.startsWith('customVisionNotifications')
    ? 'NOTIFICATION_QUEUE and the settings that begin with INTEGRATION_STORAGE, or with REPLICATOR_STORAGE where there are none'
    : 'the settings that begin with REPLICATOR_STORAGE';
}

type UnavailableQueue = StatusFacts['functions']['unavailableQueues'][number];

function unavailableQueue({ functionName, queue, message, hint, since }: UnavailableQueue): Attention {
  return {
    ...OF_A_FUNCTION,
    about: 'storage',
    level: 'warning',
    code: 'QUEUE_UNAVAILABLE',
    message: `The queue ${queue} of the function ${functionName} could not be looked at, or made where it is missing: ${message}`,
    hint,
    since,
    nextAttemptAt: null,
  };
}

/** Whether the timer of an overdue sweep ran at all, in half a sentence; empty where that is not known. */
export function sweepTimerWords({ functions, sweep, generatedAt }: StatusFacts): string {
  const ranAt = [functions.sweepTimerRanAt, sweep.lastStartedAt]
    .filter((time) => time !== null)
    .sort()
    .at(-1);
  if (ranAt === undefined) return `; the function ${SWEEP_TIMER} has never run`;
  const when = ago(ranAt, new Date(generatedAt));
  const isSinceDue = sweep.nextDueAt !== null && ranAt >= sweep.nextDueAt;
  return isSinceDue
    ? `; the function ${SWEEP_TIMER} ran ${when} and did not complete it`
    : `; the function ${SWEEP_TIMER} has not run since ${when}`;
}

/** What an alert is raised from. */
export function silentEvent({ name, queue, since, lastRanAt }: SilentFunction, now: Date): ReplicatorEvent {
  return {
    event: 'function.silent',
    functionName: name,
    queue,
    silentSeconds: ageInSeconds(since, now),
    lastRanAt,
  };
}
