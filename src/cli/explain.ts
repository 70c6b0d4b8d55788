import { ReplicationFailure } from '../core/facts/failure.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { UnknownName } from './names.ts';
import { NoSettings } from './settings-source.ts';
import { UsageError } from './usage-error.ts';

/** What went wrong and what to do, a line each. Never a stack: whoever reads this has no source at hand. */
export function explain(error: unknown): string[] {
  if (error instanceof ReplicationFailure) {
    const { code, message, hint, requestId } = error;
    return [`error: ${message} (${code})`, `  ${hint}`, ...(requestId === null ? [] : [`  Request id: ${requestId}`])];
  }
  return [`error: ${error instanceof Error ? error.message : String(error)}`];
}

/** What does not answer, and what is not there to begin with, leaves it open how things stand. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError || error instanceof UnknownName) return EXIT.usage;
  if (error instanceof NoSettings) return EXIT.unknown;
  if (!(error instanceof ReplicationFailure)) return EXIT.failed;
  const isOpen = error.class === 'transient' || error.class === 'throttled';
  return isOpen ? EXIT.unknown : EXIT.failed;
}
