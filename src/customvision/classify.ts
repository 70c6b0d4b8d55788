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

/** Who acts on an answer that is not a success: by the service's code first, then by the HTTP status. */
export function classify(status: number, code: string | null): FailureClass {
  const byCode = code === null ? undefined : CLASS_BY_CODE.get(code);
  if (byCode !== undefined) return byCode;
  if (status < 500 && code?.startsWith('NotFound') === true) return 'not-found';
  return CLASS_BY_STATUS.get(status) ?? (status < 500 ? 'refused' : 'transient');
}

/** A 4xx means that nothing was done, except a 408 or 499, which mean that waiting ended. */
export function executedAfter(status: number): Executed {
  const isDefinite = status >= 400 && status < 500 && status !== 408 && status !== 499;
  return isDefinite ? 'no' : 'unknown';
}
