import type { Executed, FailureClass } from '../core/facts/failure.ts';

/** Codes that say more than their HTTP status does. */
const CLASS_BY_CODE: ReadonlyMap<string, FailureClass> = new Map([
  ['BadRequestExceedProjectLimit', 'quota'],
  ['BadRequestExceededQuota', 'quota'],
  ['BadRequestExportWhileTraining', 'wait'],
  ['BadRequestTrainingAlreadyInProgress', 'wait'],
  ['BadRequestExportAlreadyInProgress', 'wait'],
  ['ForbiddenDRModeEnabled', 'wait'],
  ['BadRequestCustomerManagedKeyRevoked', 'auth'],
]);

const CLASS_BY_STATUS: ReadonlyMap<number, FailureClass> = new Map([
  [401, 'auth'],
  [403, 'auth'],
  [404, 'not-found'],
  [408, 'transient'],
  [429, 'throttled'],
  // A proxy answers 499 where it gave up waiting.
  [499, 'transient'],
]);

/** How the gateway says, under 403 too, that calls are used up and not that a right is missing. */
const OUT_OF_VOLUME = /\bout of call volume\b|\bquota will be (?:replenished|reset|renewed)\b/i;
const OUT_OF_RATE = /\bexceeded (?:call )?rate limit\b/i;

/** Whether a refusal says that all calls of a period are used up: no other operation will be answered either. */
export function isOutOfVolume(message: string): boolean {
  return OUT_OF_VOLUME.test(message);
}

/** Who acts on an answer that is not a success: by the service's code first, then by what it says and the HTTP status. */
export function classify(status: number, code: string | null, message = ''): FailureClass {
  if (isOutOfCalls(status, message)) return 'throttled';
  const byCode = code === null ? undefined : CLASS_BY_CODE.get(code);
  if (byCode !== undefined) return byCode;
  if (status < 500 && code?.startsWith('NotFound') === true) return 'not-found';
  return CLASS_BY_STATUS.get(status) ?? (status < 500 ? 'refused' : 'transient');
}

/** Whether a refusal is about how many calls are made, whatever its status: nothing was done, and time heals it. */
function isOutOfCalls(status: number, message: string): boolean {
  return status >= 400 && status < 500 && (isOutOfVolume(message) || OUT_OF_RATE.test(message));
}

/** A 4xx means that nothing was done, except a 408 or 499, which mean that waiting ended. */
export function executedAfter(status: number): Executed {
  const isDefinite = status >= 400 && status < 500 && status !== 408 && status !== 499;
  return isDefinite ? 'no' : 'unknown';
}
