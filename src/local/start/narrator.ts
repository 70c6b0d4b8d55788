/** Tells what happens, a line each, with the seconds since the beginning and where it happens. */
export interface Narrator {
  readonly elapsedInSeconds: () => number;
  /** `where` is `primary`, `secondary`, `app`, or nothing for all of it. */
  readonly say: (where: string, text: string) => void;
  /** As it is. */
  readonly print: (text: string) => void;
}

/** `now` counts milliseconds from wherever it likes. */
export function narrate(write: (text: string) => void, now: () => number): Narrator {
  const startedAt = now();
  const elapsedInSeconds = (): number => (now() - startedAt) / 1_000;
  return {
    elapsedInSeconds,
    say: (where, text) => {
      const seconds = String(Math.floor(elapsedInSeconds())).padStart(4);
      write(`${seconds} s  ${where === '' ? '' : where.padEnd(11)}${text}\n`);
    },
    print: (text) => write(`${text}\n`),
  };
}
