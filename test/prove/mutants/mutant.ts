/** One deliberate break of the product, and the suites that are the likeliest to notice. */
export interface Mutant {
  /** What the product does once it is broken. */
  readonly does: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  readonly tests: readonly string[];
}

/** Breaks of one file that the same suites are likely to notice: what it does then, the text, and what takes its place. */
export function of(
  file: string,
  tests: readonly string[],
  breaks: readonly (readonly [string, string, string])[],
): Mutant[] {
  return breaks.map(([does, find, replace]) => ({ does, file: `src/${file}`, find, replace, tests }));
}
