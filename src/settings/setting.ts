import type { z } from 'zod';

/** How the text of a setting becomes a value, and in words what a good one looks like: the two change together. */
export interface Format<T> {
  /** Its messages go on from the setting's name: "is …", "has …". */
  readonly schema: z.ZodType<T, string>;
  /** The words that follow "expected". */
  readonly expected: string;
  /**
   * Whether the Functions host reads the setting too. It cuts off no blanks and knows no default, so the text is read as it
   * stands, and one that is empty is not the same as none. Absent: blanks around a value mean nothing.
   */
  readonly isReadByHost?: boolean;
}

/** One app setting, as the parser, the documentation, the sample file and the messages about it know it. */
export interface Setting<T = unknown, Default extends string | null = string | null> extends Format<T> {
  readonly name: string;
  /** `yes`, `no`, or when. */
  readonly required: string;
  /** The text that stands where it is not set; null where that is no value, which `meaning` then explains. */
  readonly default: Default;
  readonly meaning: string;
  readonly example: string;
}

/** A setting that need not be there. */
export function optional<T, Default extends string | null>(
  row: Omit<Setting<T, Default>, 'required'>,
): Setting<T, Default> {
  return { ...row, required: 'no' };
}

/** What is read of each setting of a table: null only where it is not set and has no default. */
export type ValuesOf<Table> = {
  readonly [Key in keyof Table]: Table[Key] extends Setting<infer T, infer Default>
    ? Default extends null
      ? T | null
      : T
    : never;
};
