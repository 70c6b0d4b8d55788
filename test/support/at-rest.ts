import type { projectStory } from '../../src/core/status/project-report.ts';
import type { RoutingManifest } from '../../src/core/facts/routing.ts';
import type { StoredProject } from '../../src/local/simulator/index.ts';
import type { RunningApp } from './running-app.ts';
import { labelsOf, publishedOn } from './scenery.ts';
import type { Stage } from './stage.ts';

export type Story = ReturnType<typeof projectStory>;

/** One project's story as the app tells it. */
export async function storyOf(app: RunningApp, id: string): Promise<Story> {
  const { status, body } = await app.get(`/api/projects/${id}`);
  if (status !== 200) throw new Error(`GET /api/projects/${id} answered ${status}: ${JSON.stringify(body)}`);
  return body as Story;
}

/** The copy that is in use, as it is on the secondary. */
export async function copyOf(stage: Stage, app: RunningApp, sourceId: string): Promise<StoredProject> {
  const { replica } = await app.project(sourceId);
  if (replica === null) throw new Error(`There is no copy of ${sourceId} in use.`);
  return stage.secondary.resource.project(replica.projectId);
}

/**
 * Everything is as it should be with nothing under way: each project of the primary has one complete copy in use, named
 * as it is; older copies are few and in a record; nothing is left of any import; nothing is there twice.
 */
export async function expectAtRest(stage: Stage, app: RunningApp, generationsToKeep = 2): Promise<void> {
  const { body } = await app.get('/api/routing');
  const routing = body as RoutingManifest;
  const inRecords: string[] = [];
  for (const source of stage.primary.resource.projects) {
    const story = await storyOf(app, source.id);
    // Since its labels were last read: that the copy holds them is compared here itself.
    expect(story).toMatchObject({
      sync: 'in-sync',
      lagSeconds: expect.any(Number) as number,
      inFlight: null,
      failure: null,
    });
    const copy = await copyOf(stage, app, source.id);
    expect(contentOf(copy)).toEqual(contentOf(source));
    expect(copy).toMatchObject({ name: source.name, status: 'Succeeded' });
    expect(copy.description).toMatch(markOf(source, copy));
    expect(routing.projects[source.id]?.secondary).toMatchObject({
      projectId: copy.id,
      publishNames: Object.keys(publishedOn(copy)).sort(),
    });
    const held = story.record.generations.map(({ holds }) => `${holds.revision} ${holds.digest ?? ''}`);
    expect(new Set(held).size).toBe(held.length);
    expect(story.copies.length).toBeLessThanOrEqual(generationsToKeep);
    inRecords.push(...story.copies.map(({ projectId }) => projectId));
  }
  const onSecondary = stage.secondary.resource.projects;
  expect(onSecondary.map(({ id }) => id).sort()).toEqual(inRecords.sort());
  expect(onSecondary.map(({ name }) => name).filter((name) => /^cvr-|\(\d+\)$/.test(name))).toEqual([]);
}

/** What has to be the same on both sides, whatever ids each has. */
export function contentOf(project: StoredProject) {
  const trained = [...project.iterations.values()].filter(({ status }) => status === 'Completed');
  return {
    labels: labelsOf(project),
    tags: [...project.tags.values()].map(({ name, type }) => `${name} ${type}`).sort(),
    iterations: trained.map(({ name }) => name),
    published: publishedOn(project),
  };
}

function markOf(source: StoredProject, copy: StoredProject): RegExp {
  return new RegExp(
    `(^|\n)\\[replica of ${source.id} · revision r1-\\S+ · run \\S+ · as ${copy.id} · pair [0-9a-f]{8} · by [0-9a-f]{8}\\]$`,
  );
}
