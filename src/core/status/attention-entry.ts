/** The worst first. A notice is worth knowing and asks for nothing soon. */
export const LEVELS = ['critical', 'warning', 'notice'] as const;

export type Level = (typeof LEVELS)[number];

/** Something that is not as it should be: one entry for each cause at each project. */
export interface Attention {
  readonly level: Level;
  readonly code: string;
  readonly about: 'primary' | 'secondary' | 'storage' | 'app' | 'project' | 'backups';
  /** The source project; null where it is about none. */
  readonly projectId: string | null;
  readonly projectName: string | null;
  /** What is the matter; the same words for the same cause at many projects. */
  readonly message: string;
  /** What it means for this project, e.g. `no copy yet`; null where the message says it all. */
  readonly effect: string | null;
  /** What to do about it. */
  readonly hint: string;
  /** Whether it goes away without anybody's doing. */
  readonly healsByItself: boolean;
  /** Since when; null where that is not known. */
  readonly since: string | null;
  /** When it is tried, or looked at, again; null where that is not known. */
  readonly nextAttemptAt: string | null;
}
