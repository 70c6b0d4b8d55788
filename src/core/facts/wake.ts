import type { ReplicaRecord } from './record.ts';
import { secondsBetween } from './time.ts';

/** A message can be delayed for no longer; a wake that is further away was stored by a clock that was wrong. */
const LONGEST_WAIT_IN_SECONDS = 7 * 86_400;

/** Whether a project is to be left alone until its wake is due. One that is overdue may have lost its message. */
export function waits({ wake }: Pick<ReplicaRecord, 'wake'>, now: Date): boolean {
  if (wake === null) return false;
  const inSeconds = -secondsBetween(wake.dueAt, now);
  return inSeconds > 0 && inSeconds <= LONGEST_WAIT_IN_SECONDS;
}
