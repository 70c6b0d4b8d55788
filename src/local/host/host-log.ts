import type { LogLevel } from './core-api.ts';
import type { HostLogLevel } from './worker-messages.ts';

/** Where the host writes. */
export interface HostLog {
  /** What the app logged through its invocation context. */
  app(level: LogLevel, message: string): void;
  /** What the host itself has to say. */
  host(level: HostLogLevel, message: string): void;
}

interface Output {
  write(text: string): unknown;
}

/**
 * The app's lines go to `out` and the host's to `err`, so that the first can be read by a program. A line that is
 * JSON, or of level information, is written as it is; any other is preceded by its level.
 */
export function writeLog(out: Output, err: Output, options: { verbose: boolean }): HostLog {
  return {
    app(level, message) {
      const asIs = level === 'information' || isJsonObject(message);
      out.write(asIs ? `${message}\n` : `${level}: ${message}\n`);
    },
    host(level, message) {
      if (level === 'debug' && !options.verbose) return;
      const label = level === 'warning' || level === 'error' ? `${level}: ` : '';
      err.write(`host: ${label}${message}\n`);
    },
  };
}

function isJsonObject(text: string): boolean {
  if (!text.startsWith('{') || text.includes('\n')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What a thrown value says; the app's errors may come from another realm, so their class is not asked for. */
export function errorText(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { stack, message } = error as { stack?: unknown; message?: unknown };
  if (typeof stack === 'string') return stack;
  return typeof message === 'string' ? message : JSON.stringify(error);
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
