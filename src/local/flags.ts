import { CommanderError, InvalidArgumentError, type Command } from 'commander';

/** The exit code of a command that was called in a way that makes no sense. */
export const MISUSE = 2;
export const HIGHEST_PORT = 65_535;

/** Whether the flags make sense; where not, help or what is wrong was printed, and the exit code is set. */
export function readFlags(command: Command): boolean {
  command.allowExcessArguments(false).showHelpAfterError('(--help lists the options)').exitOverride();
  try {
    command.parse();
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : MISUSE;
    return false;
  }
}

/** Reads a flag's value. */
export function wholeNumber(least = 0, most = 999_999_999): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}
