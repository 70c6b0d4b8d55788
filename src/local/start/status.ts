import Table from 'cli-table3';
import { z } from 'zod';

const projectSchema = z.object({
  id: z.string(),
  name: z.string(),
  sync: z.string(),
  lagSeconds: z.number().nullable(),
  replica: z
    .object({
      projectId: z.string(),
      name: z.string(),
      verifiedAt: z.string().nullable(),
      publishedAs: z.array(z.string()),
    })
    .nullable(),
  readiness: z.object({ state: z.string(), reasons: z.array(z.string()) }),
  generations: z.number(),
  failure: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
});

/** What the demo reads of `GET /api/status`. */
export const statusSchema = z.object({
  sweep: z.object({ problem: z.string().nullable() }),
  projects: z.array(projectSchema),
});

export type Status = z.infer<typeof statusSchema>;
type Project = Status['projects'][number];

/** A copy is there, verified, published as the source is, and holds what the source was last seen to hold. */
export function isProtected({ sync, replica, readiness: { state } }: Project): boolean {
  return sync === 'in-sync' && replica?.verifiedAt != null && (state === 'ready' || state === 'nothing-served');
}

/** What is new since a status, a line each; null is the one before the first. */
export function newsOf(before: Status | null, now: Status): string[] {
  const earlier = new Map(before?.projects.map((project) => [project.id, project]));
  const news = now.projects.flatMap((project) => newsOfCopy(earlier.get(project.id), project));
  const problem = before?.sweep.problem ?? null;
  if (now.sweep.problem !== problem) news.push(`sweep: ${now.sweep.problem ?? 'goes well again'}`);
  news.push(...newsOfFailures(earlier, now.projects));
  const wasDone = before !== null && before.projects.length > 0 && before.projects.every(isProtected);
  const { length } = now.projects;
  if (length > 0 && now.projects.every(isProtected) && !wasDone) news.push(`all ${length} projects are protected`);
  return news;
}

function newsOfCopy(before: Project | undefined, { name, replica }: Project): string[] {
  if (replica === null) return [];
  const publishedAs = replica.publishedAs.join(', ');
  const suffix = publishedAs === '' ? '' : `, published as ${publishedAs}`;
  const old = before?.replica ?? null;
  if (old === null) return [`${name}: protected by a verified copy${suffix}`];
  if (old.projectId !== replica.projectId) return [`${name}: copied again${suffix}`];
  if (old.name !== replica.name && replica.name === name) return [`${name}: the copy has its new name too`];
  if (old.publishedAs.join(', ') === publishedAs) return [];
  return [`${name}: the copy is ${publishedAs === '' ? 'no longer published' : `published as ${publishedAs}`} too`];
}

/** One line for all projects that newly fail for the same reason. */
function newsOfFailures(earlier: ReadonlyMap<string, Project>, now: readonly Project[]): string[] {
  const failing = now.filter(({ id, failure }) => failure && failure.code !== earlier.get(id)?.failure?.code);
  const codes = new Set(failing.map(({ failure }) => failure?.code));
  return [...codes].map((code) => {
    const projects = failing.filter(({ failure }) => failure?.code === code);
    const names = projects.length > 2 ? `${projects.length} projects` : projects.map(({ name }) => name).join(', ');
    return `${names}: ${whyOf(projects[0])}`;
  });
}

/** What is to be done, if anything; the status page has the whole message. */
function whyOf(project: Project | undefined): string {
  const { code = '', hint = '' } = project?.failure ?? {};
  return `${hint} (${code})`;
}

/** How far it all is, in a line. */
export function summaryOf({ projects }: Status): string {
  return `${projects.filter(isProtected).length} of ${projects.length} projects protected`;
}

/** A table with a row for each project; below it, why each one that is not protected is not. */
export function tableOf({ projects }: Status): string {
  const head = ['project', 'sync', 'lag', 'copy', 'published as', 'generations'];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const { name, sync, lagSeconds, replica, generations } of projects) {
    const lag = lagSeconds === null ? '–' : `${lagSeconds} s`;
    const copy = replica && `${replica.projectId.slice(0, 8)}, ${replica.verifiedAt === null ? 'un' : ''}verified`;
    table.push([name, sync, lag, copy ?? 'none', replica?.publishedAs.join(', ') ?? '', generations]);
  }
  const missing = projects.filter((project) => !isProtected(project));
  const lines = missing.map((project) => {
    const why = project.failure === null ? (project.readiness.reasons[0] ?? `it is ${project.sync}`) : whyOf(project);
    return `${project.name}: ${why}`;
  });
  return [table.toString(), ...lines].join('\n');
}
