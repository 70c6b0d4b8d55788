import { WORK_QUEUE } from '../core/facts/storage-names.ts';
import type { Setting } from '../settings/setting.ts';
import { OPTIONS, STORAGE } from '../settings/settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the triggers listen: `%NAME%`, which the host resolves, where the setting is there; else its default. */
export function bindings(env: Environment = process.env) {
  const isSet = ({ name }: Setting): boolean => Boolean(env[name]?.trim());
  const named = (setting: Setting<unknown, string>): string => (isSet(setting) ? `%${setting.name}%` : setting.default);
  const { own, integration } = STORAGE;
  const hasOwnIntegration = Object.values(integration).some((setting: Setting) => isSet(setting));
  return {
    schedule: named(OPTIONS.schedule),
    notificationQueue: named(OPTIONS.notificationQueue),
    notificationConnection: hasOwnIntegration ? integration.account.name : own.account.name,
    workQueue: WORK_QUEUE,
    workConnection: own.account.name,
  };
}
