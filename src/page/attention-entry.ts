/** The worst first. A notice is worth knowing and asks for nothing soon. */
export const LEVELS = ['critical', 'warning', 'notice'] as const;

export type Level = (typeof LEVELS)[number];

/** A project that something is the matter with. */
export interface Subject {
  readonly id: string;
  readonly name: string;
  /** What it means for this project, e.g. `no copy yet`; null where the cause says it all. */
  readonly effect: string | null;
}

/** Something that is not as it should be. */
export interface Attention {
  readonly level: Level;
  readonly code: string;
  /** The projects it is about; none where it is about the app. */
  readonly subjects: readonly Subject[];
  readonly cause: string;
  /** Whether it goes away without anybody's doing. */
  readonly healsByItself: boolean;
  /** When it is tried, or looked at, again; null where that is not known. */
  readonly nextTryAt: string | null;
  /** Since when; null where that is not known. */
  readonly since: string | null;
  readonly todo: string;
}
