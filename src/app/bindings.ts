import { WORK_QUEUE } from '../core/facts/storage-names.ts';
import { isStorageSet } from '../settings/read-storage.ts';
import type { Setting } from '../settings/setting.ts';
import { SettingReader, type Environment } from '../settings/setting-reader.ts';
import { OPTIONS, STORAGE } from '../settings/settings.ts';

/**
 * Where the triggers listen: `%NAME%`, which the host resolves, where the setting is there and good; else its default. A bad
 * one is told by health, status and the log, which nothing could do if it kept the function from running.
 */
export function bindings(env: Environment = process.env) {
  const named = (setting: Setting<unknown, string>): string => {
    const reader = new SettingReader(env);
    const isUsed = reader.has(setting) && reader.optional(setting) !== null;
    return isUsed ? `%${setting.name}%` : setting.default;
  };
  const { own, integration } = STORAGE;
  return {
    schedule: named(OPTIONS.schedule),
    notificationQueue: named(OPTIONS.notificationQueue),
    notificationConnection: isStorageSet(integration, env) ? integration.account.name : own.account.name,
    workQueue: WORK_QUEUE,
    workConnection: own.account.name,
  };
}
