/** What a command ends with. */
export const EXIT = {
  /** Well, or done. */
  ok: 0,
  warning: 1,
  /** Critical, or failed. */
  failed: 2,
  /** It could not be told: what would have to be read does not answer, or there are no settings. */
  unknown: 3,
  /** Called in a way that makes no sense. */
  usage: 64,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
