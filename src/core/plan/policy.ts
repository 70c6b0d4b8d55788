import type { Owner } from '../content/mark.ts';

/** What plans are bound by: the operator's settings and this app's own limits. All times are in seconds. */
export interface Policy {
  /** Who we are: what makes a project on the target ours. */
  readonly owner: Owner;
  /** Why a project is not replicated; null where it is. */
  readonly exclusionOf: (project: { id: string; name: string; description: string }) => string | null;
  readonly dryRun: boolean;
  /** Copies wished for per project, the current one included. */
  readonly generationsToKeep: number;
  /** One copy at least this old is kept beside them while slots allow; 0 for none. */
  readonly keepCopiesForInSeconds: number;
  /** So much a revision may lose before the copy of the one before is pinned. */
  readonly shrinkLimitInPercent: number;
  /** How old a copy may be at most: RECOVERY_POINT_OBJECTIVE. */
  readonly objectiveInSeconds: number;
  /** How many projects the target may hold, as configured. */
  readonly targetProjectLimit: number;
  /** The prediction resource that replicas are published to, as an Azure resource id; null: they are not published. */
  readonly predictionResourceId: string | null;
  /** What source projects that lack them are given; null: their storage URIs are left alone. */
  readonly integration: WantedUris | null;
  readonly predictionEndpoints: { readonly primary: string | null; readonly secondary: string | null };
  readonly limits: Limits;
}

/** Both storage URIs, plain and without a signature. */
export interface WantedUris {
  readonly exportModelContainerUri: string;
  readonly notificationQueueUri: string;
}

export interface Limits {
  /**
   * How long an import whose outcome is unknown is looked for. The call may have left as late as the lease and its own
   * deadline allow; after that come five minutes in which the service may still bring it to light.
   */
  readonly lateImportInSeconds: number;
  /** The shortest time that an import gets before it counts as hung … */
  readonly importDeadlineInSeconds: number;
  /** … and how many times its own estimate, where that is longer. */
  readonly importDeadlineInEstimates: number;
  /** An invocation that has worked this long goes on in another. */
  readonly invocationInSeconds: number;
  /** Between the fourth and the sixth day of its proof, each copy's labels are read again; spread by its id. */
  readonly proofInSeconds: { readonly earliest: number; readonly latest: number };
}

const DAY_IN_SECONDS = 86_400;

export function limitsFor(leaseInSeconds: number, importCallInSeconds: number): Limits {
  return {
    lateImportInSeconds: leaseInSeconds + importCallInSeconds + 300,
    importDeadlineInSeconds: 3_600,
    importDeadlineInEstimates: 4,
    invocationInSeconds: 240,
    proofInSeconds: { earliest: 4 * DAY_IN_SECONDS, latest: 6 * DAY_IN_SECONDS },
  };
}
