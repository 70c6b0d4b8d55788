import type { SettingProblem } from '../core/facts/events.ts';
import { quote } from './formats.ts';
import type { Environment } from './setting-reader.ts';

/** The names of UTC among the zones of the time zone database, and its two common abbreviations. */
const UTC = /^:?(etc\/)?(utc|uct|gmt|zulu|universal|greenwich)([+-]?0)?$/i;

/** The host's timer runs in the zone of TZ, while everything here reckons in UTC: which sweep is due would not be true. */
export function timeZoneProblems({ TZ = '' }: Environment): SettingProblem[] {
  if (TZ === '' || UTC.test(TZ)) return [];
  const message = `is ${quote(TZ)}: the timer would run in that zone, but REPLICATION_SCHEDULE is in UTC.`;
  return [{ setting: 'TZ', message, expected: 'no such setting, or UTC' }];
}
