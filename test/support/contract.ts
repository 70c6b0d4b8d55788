import { z } from 'zod';

/** What other programs rely on: every member that the app promises, by name and type. More may be there. */

const time = z.iso.datetime();
const count = z.int().nonnegative();

const replica = z.object({
  projectId: z.guid(),
  name: z.string(),
  revision: z.string().startsWith('r1-'),
  importedAt: time,
  verifiedAt: time.nullable(),
  publishedAs: z.array(z.string()),
});

const failure = z.object({
  code: z.string().min(1),
  message: z.string().min(1),
  hint: z.string().min(1),
  needsPerson: z.boolean(),
  attempts: z.int().positive(),
  since: time,
  nextAttemptAt: time.nullable(),
});

const project = z
  .object({
    id: z.guid(),
    name: z.string(),
    sync: z.enum(['in-sync', 'behind', 'copying', 'parked', 'excluded', 'source-missing']),
    listedSince: time.nullable(),
    observedAt: time.nullable(),
    lagSeconds: count.nullable(),
    atRiskSeconds: count.nullable(),
    active: z.enum(['primary', 'secondary']),
    failedOver: z.object({ since: time, by: z.string(), reason: z.string() }).nullable(),
    readiness: z.object({
      state: z.enum(['ready', 'not-ready', 'nothing-served', 'unknown']),
      reasons: z.array(z.string()),
      lookedAt: time.nullable(),
    }),
    revision: z.string().nullable(),
    replica: replica.nullable(),
    generations: count,
    pinned: count,
    pinnedCopies: z.array(
      z.object({
        projectId: z.guid(),
        name: z.string(),
        since: time,
        lost: z.array(z.object({ what: z.string(), expected: z.string(), found: z.string() })),
        inUse: z.boolean(),
      }),
    ),
    frozen: z.object({ since: time, by: z.string(), reason: z.string(), heldBack: z.string().nullable() }).nullable(),
    inFlight: z.object({ stage: z.string(), since: time, estimateSeconds: z.number().nullable() }).nullable(),
    failure: failure.nullable(),
    backups: count.nullable(),
  })
  .refine(({ sync, failure: why }) => (sync === 'parked') === (why?.needsPerson === true), {
    message: 'parked means that a person is needed, and nothing else does',
  });

const resource = z.object({
  state: z.enum(['answers', 'unreachable', 'refuses', 'throttles', 'read-only', 'unknown']),
  since: time.nullable(),
  lastAnsweredAt: time.nullable(),
  failure: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
});

/** What somebody should see to: what is about a project names it, and nothing else does. */
const attention = z
  .object({
    level: z.enum(['critical', 'warning', 'notice']),
    code: z.string().min(1),
    about: z.enum(['primary', 'secondary', 'storage', 'app', 'project', 'backups']),
    projectId: z.guid().nullable(),
    projectName: z.string().nullable(),
    message: z.string().min(1),
    effect: z.string().nullable(),
    hint: z.string().min(1),
    healsByItself: z.boolean(),
    since: time.nullable(),
    nextAttemptAt: time.nullable(),
  })
  .refine(({ about, projectId }) => (projectId !== null) === (about === 'project' || about === 'backups'));

export const statusContract = z.object({
  schemaVersion: z.literal(2),
  app: z.object({
    title: z.string().min(1),
    version: z.string().min(1),
    primary: z.string().min(1),
    secondary: z.string().min(1),
    mode: z.enum(['normal', 'dry-run']),
  }),
  verdict: z.object({
    level: z.enum(['ok', 'starting', 'warning', 'critical', 'unknown']),
    headline: z.string().min(1),
    sentence: z.string().min(1),
    action: z.string(),
    runbook: z.string().nullable(),
  }),
  resources: z.object({ primary: resource, secondary: resource, storage: resource }),
  generatedAt: time,
  attention: z.array(attention),
  settings: z.object({
    problems: z.array(z.object({ setting: z.string(), message: z.string(), expected: z.string() })),
  }),
  sweep: z.object({
    lastStartedAt: time.nullable(),
    lastCompletedAt: time.nullable(),
    nextDueAt: time.nullable(),
    overdueAt: time.nullable(),
    overdue: z.boolean(),
    nextStartAt: time.nullable(),
    longestWaitSeconds: count.nullable(),
    problem: z.string().nullable(),
  }),
  summary: z.object({
    inScope: count,
    protected: count,
    ready: count,
    nothingServed: count,
    failedOver: count,
    parked: count,
    worstLagSeconds: count.nullable(),
    worstAtRiskSeconds: count.nullable(),
    recoveryPointObjectiveSeconds: count.nullable(),
    breaches: count,
    readyToFailOver: z.boolean(),
  }),
  quota: z.object({ targetProjects: count.nullable(), targetProjectLimit: count.nullable() }),
  installation: z.object({
    id: z.guid().nullable(),
    others: z.array(z.object({ id: z.string().regex(/^[0-9a-f]{8}$/), projects: count })),
  }),
  projects: z.array(project),
  notifications: z.object({ lastReceivedAt: time.nullable(), rejected: count.nullable() }),
});

const side = z.object({
  predictionEndpoint: z.url(),
  projectId: z.guid(),
  publishNames: z.array(z.string()),
});

export const routingContract = z.object({
  schemaVersion: z.literal(1),
  updatedAt: time,
  projects: z.record(
    z.guid(),
    z.object({
      name: z.string(),
      active: z.enum(['primary', 'secondary']),
      primary: side,
      secondary: side.extend({ revision: z.string(), verifiedAt: time }),
    }),
  ),
});
