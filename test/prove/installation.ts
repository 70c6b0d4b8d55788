import { parseConfig } from '../../src/settings/parse-config.ts';
import type { Config } from '../../src/settings/config.ts';
import type { Script } from './script.ts';

const ACCOUNTS =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts';
export const PREDICTION_RESOURCE = `${ACCOUNTS}/dr-prediction`;
export const PRIMARY_PREDICTION_RESOURCE = `${ACCOUNTS}/live-prediction`;
export const SWEEP_EVERY_SECONDS = 7_200;

/** The settings of a world, read as the app reads its own. */
export function configOf({ settings }: Pick<Script, 'settings'>): Config {
  const { config, problems } = parseConfig({
    PRIMARY_TRAINING_ENDPOINT: 'https://live.cognitiveservices.azure.com',
    PRIMARY_TRAINING_KEY: 'key-of-the-primary-0',
    PRIMARY_PREDICTION_ENDPOINT: 'https://live-prediction.cognitiveservices.azure.com',
    SECONDARY_TRAINING_ENDPOINT: 'https://dr.cognitiveservices.azure.com',
    SECONDARY_TRAINING_KEY: 'key-of-the-secondary-0',
    SECONDARY_PREDICTION_ENDPOINT: 'https://dr-prediction.cognitiveservices.azure.com',
    SECONDARY_PREDICTION_RESOURCE_ID: PREDICTION_RESOURCE,
    REPLICATOR_STORAGE: 'UseDevelopmentStorage=true',
    REPLICATION_SCHEDULE: '0 0 */2 * * *',
    RECOVERY_POINT_OBJECTIVE: 'PT4H',
    GENERATIONS_TO_KEEP: String(settings.generationsToKeep),
    KEEP_COPIES_FOR: settings.keepCopiesForDays === 0 ? 'PT0S' : `P${settings.keepCopiesForDays}D`,
    SECONDARY_PROJECT_LIMIT: String(settings.projectLimit),
    SHRINK_LIMIT: String(settings.shrinkLimit),
  });
  if (config === null) throw new Error(problems.map(({ message }) => message).join(' '));
  return { ...config, schedule: remembering(config.schedule) };
}

/** The same schedule, which fires at full hours: what it says of one time of an hour it says of all. */
function remembering(schedule: Config['schedule']): Config['schedule'] {
  const known = new Map<number, Date>();
  const nextAfter = (time: Date): Date => {
    const hour = Math.floor(time.getTime() / 3_600_000);
    const next = known.get(hour) ?? schedule.nextAfter(time);
    known.set(hour, next);
    return next;
  };
  return { ...schedule, nextAfter };
}
