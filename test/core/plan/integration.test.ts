import {
  aboutSame,
  changedBesides,
  planIntegration,
  provenByConnectionTest,
} from '../../../src/core/plan/integration.ts';
import type { Project, ProjectSettings } from '../../../src/core/facts/model.ts';
import type { Plan, PlanInput, SourceIntegration } from '../../../src/core/plan/types.ts';
import { planProject } from '../../../src/core/plan/plan.ts';
import type { Integration } from '../../../src/core/facts/record.ts';
import {
  after,
  anObservation,
  aPolicy,
  aProject,
  aRecord,
  aRecordInSync,
  someSettings,
  timeAfter,
} from '../../support/builders.ts';
import { everythingInLine, inBrief } from '../../support/planning.ts';

const OURS = {
  exportModelContainerUri: 'https://store.blob.core.windows.net/model-exports',
  notificationQueueUri: 'https://store.queue.core.windows.net/custom-vision-notifications',
};
const NEITHER = { exportModelContainerUri: null, notificationQueueUri: null };
const DAY = 86_400;

/** What was brought about or found at the start. */
function known(changes: Partial<Integration> = {}): Integration {
  return {
    ...OURS,
    attemptedAt: timeAfter(0),
    state: 'integrated',
    provenAt: timeAfter(0),
    provenBy: 'echo',
    reason: null,
    differences: [],
    ...changes,
  };
}

const UNPROVEN = known({ state: 'unproven', provenAt: null, provenBy: null, reason: 'not shown' });

function seenWith(uris: Partial<ProjectSettings>, changes: Partial<Project> = {}): SourceIntegration {
  return { project: aProject({ settings: someSettings(uris), ...changes }), api: 'storage-integration' };
}

function input(changes: Partial<PlanInput> = {}): PlanInput {
  return {
    record: aRecord(),
    observed: { source: anObservation() },
    policy: aPolicy({ integration: OURS }),
    now: after(600),
    decision: null,
    justCopied: false,
    makeRoom: false,
    ...changes,
  };
}

function planned(changes: Partial<PlanInput> = {}): string {
  const plan = planIntegration(input(changes));
  return plan === null ? 'nothing' : inBrief(plan);
}

function noted(plan: Plan | null): Integration {
  if (plan?.kind !== 'step' || plan.step.do !== 'note-integration') throw new Error('nothing is noted');
  return plan.step.integration;
}

describe('storage integration is looked at', () => {
  it.each<[string, Partial<PlanInput>, string]>([
    ['where nothing is known', {}, 'look at source-integration'],
    ['not where it is not asked for', { policy: aPolicy() }, 'nothing'],
    ['not in a dry run', { policy: aPolicy({ integration: OURS, dryRun: true }) }, 'nothing'],
    ['not before the source was looked at', { observed: {} }, 'nothing'],
    ['not where the source is gone', { observed: { source: null } }, 'nothing'],
  ])('%s', (_, changes, expected) => {
    expect(planned(changes)).toBe(expected);
  });

  it.each<[string, Partial<Project>, string]>([
    ['has rested for ten minutes', { lastModified: timeAfter(0) }, 'look at source-integration'],
    ['does not tell when it changed', { lastModified: null }, 'look at source-integration'],
    ['changed within ten minutes', { lastModified: timeAfter(1) }, 'nothing'],
    ['is read-only', { drModeEnabled: true }, 'nothing'],
    ['is being imported', { status: 'Importing' }, 'nothing'],
  ])('by whether the project %s', (_, project, expected) => {
    expect(planned({ observed: { source: anObservation({ project: aProject(project) }) } })).toBe(expected);
  });

  it.each<[string, Integration, number, boolean, string]>([
    ['less than a day after an attempt', UNPROVEN, DAY - 1, false, 'nothing'],
    ['a day after an attempt', UNPROVEN, DAY, false, 'look at source-integration'],
    [
      'after an attempt that only a wrong clock can have stored',
      { ...UNPROVEN, attemptedAt: timeAfter(365 * DAY) },
      700,
      false,
      'look at source-integration',
    ],
    ['less than a day after an attempt, when asked for', UNPROVEN, 700, true, 'look at source-integration'],
    ['a day after a failure', known({ state: 'failed' }), DAY, false, 'look at source-integration'],
    ['a day after it was shown', known(), DAY, false, 'look at source-integration'],
    ['never after a message proved it', known({ provenBy: 'connection-test' }), 9 * DAY, false, 'nothing'],
    [
      'after a message proved it, when asked',
      known({ provenBy: 'connection-test' }),
      700,
      true,
      'look at source-integration',
    ],
    [
      'at once where the settings name other storage by now',
      known({ notificationQueueUri: 'https://old.queue.core.windows.net/q' }),
      700,
      false,
      'look at source-integration',
    ],
  ])('%s', (_, integration, seconds, isRequested, expected) => {
    expect(planned({ record: aRecord({ integration }), now: after(seconds), isRequested })).toBe(expected);
  });
});

describe('what the look shows decides', () => {
  const planFor = (sourceIntegration: SourceIntegration, changes: Partial<PlanInput> = {}) =>
    planIntegration(input({ observed: { source: anObservation(), sourceIntegration }, ...changes }));

  it.each<[string, SourceIntegration, string]>([
    ['neither URI', seenWith(NEITHER), 'integrate'],
    [
      'only the queue, and it is ours',
      seenWith({ ...NEITHER, notificationQueueUri: OURS.notificationQueueUri }),
      'integrate',
    ],
    ['neither, and a change since the first look', seenWith(NEITHER, { lastModified: timeAfter(590) }), 'nothing'],
  ])('%s', (_, sourceIntegration, expected) => {
    const plan = planFor(sourceIntegration);
    expect(plan === null ? 'nothing' : inBrief(plan)).toBe(expected);
  });

  it.each<[string, Partial<ProjectSettings>]>([
    ['as they are written', OURS],
    ['with a slash at the end', { ...OURS, exportModelContainerUri: `${OURS.exportModelContainerUri}/` }],
    [
      'with the host in capitals',
      { ...OURS, notificationQueueUri: OURS.notificationQueueUri.replace('store', 'STORE') },
    ],
  ])('both URIs are ours, %s: proven by what is shown', (_, uris) => {
    expect(noted(planFor(seenWith(uris)))).toEqual(known({ attemptedAt: timeAfter(600), provenAt: timeAfter(600) }));
  });

  it.each<[string, Partial<ProjectSettings>]>([
    ['the queue', { ...OURS, notificationQueueUri: 'https://theirs.queue.core.windows.net/q?sig=secret' }],
    ['the container', { ...NEITHER, exportModelContainerUri: 'https://theirs.blob.core.windows.net/c?sig=secret' }],
  ])('%s is somebody else’s: both are left alone, and no signature is told', (_, uris) => {
    const integration = noted(planFor(seenWith(uris)));
    expect(integration).toMatchObject({ state: 'elsewhere', provenAt: null, provenBy: null });
    expect(integration.reason).toContain('https://theirs.');
    expect(integration.reason).not.toContain('secret');
  });

  it('nothing could be read: that is noted, and waits for the next day', () => {
    const integration = noted(planFor({ problem: 'It did not answer.' }));
    expect(integration).toMatchObject({ state: 'failed', reason: 'It did not answer.', attemptedAt: timeAfter(600) });
    expect(planned({ record: aRecord({ integration }), now: after(700) })).toBe('nothing');
  });

  it('what else changed at an earlier attempt stays to be observed, for as long as it is about the same URIs', () => {
    const differences = [{ what: 'name', expected: '"a"', found: '"b"' }];
    const earlier = (changes: Partial<Integration>) => ({
      record: aRecord({ integration: known({ differences, ...changes }) }),
      isRequested: true,
    });
    expect(noted(planFor(seenWith(OURS), earlier({}))).differences).toEqual(differences);
    const other = earlier({ notificationQueueUri: 'https://old.queue.core.windows.net/q' });
    expect(noted(planFor(seenWith(OURS), other)).differences).toEqual([]);
  });
});

describe('storage integration and copying', () => {
  const plan = (changes: Partial<PlanInput>) => inBrief(planProject(input(changes)));

  it('comes before a first export', () => {
    const observed = { source: anObservation(), targetProjects: [] };
    expect(plan({ observed })).toBe('look at source-integration');
    const sourceIntegration = seenWith(NEITHER);
    expect(plan({ observed: { ...observed, sourceIntegration } })).toBe('integrate');
  });

  it('writes to no source that stands on the target too: both endpoints are of one resource', () => {
    const observed = { source: anObservation(), targetProjects: [aProject()], sourceIntegration: seenWith(NEITHER) };
    expect(plan({ observed })).toBe('blocked: ONE_RESOURCE');
  });

  it.each<[string, Partial<PlanInput>]>([
    ['a project that was only just changed', { now: after(300), observed: { source: justChanged() } }],
    ['an attempt that failed', { record: aRecord({ integration: known({ state: 'failed' }) }) }],
    ['a project that points elsewhere', { record: aRecord({ integration: known({ state: 'elsewhere' }) }) }],
  ])('does not hold up the copy of %s', (_, changes) => {
    expect(plan(changes)).toBe('look at target-projects');
  });

  it('is not observed to on a project that is out of scope', () => {
    const policy = aPolicy({ integration: OURS, exclusionOf: () => 'excluded' });
    const observed = { source: anObservation(), targetProjects: [] };
    expect(plan({ policy, observed })).toBe('settled: excluded');
  });

  it('leaves a project whose copy is in line in sync', () => {
    const record = aRecordInSync({ integration: known() });
    expect(plan({ record, observed: everythingInLine() })).toBe('settled: in-sync');
  });

  it('asks for a closer look at most where the labels are what they were', () => {
    const record = aRecordInSync({ integration: known() });
    const source = anObservation({
      project: aProject({ lastModified: timeAfter(-700), settings: someSettings(OURS) }),
    });
    expect(plan({ record, observed: everythingInLine({ source }) })).toBe('look at source-content');
  });
});

function justChanged() {
  return anObservation({ project: aProject({ lastModified: timeAfter(0) }) });
}

describe('a ConnectionTest message', () => {
  it('proves what was sent and not shown', () => {
    const proof = { state: 'integrated', provenAt: timeAfter(9), provenBy: 'connection-test', reason: null } as const;
    expect(provenByConnectionTest(UNPROVEN, after(9))).toEqual({ ...UNPROVEN, ...proof });
  });

  it.each<[string, Integration | null]>([
    ['a project that was never observed to', null],
    ['one that is proven already', known()],
    ['a refusal', known({ state: 'failed' })],
    ['one that points elsewhere', known({ state: 'elsewhere' })],
  ])('proves nothing about %s', (_, integration) => {
    expect(provenByConnectionTest(integration, after(9))).toBeNull();
  });
});

test('facts are about the URIs of today’s settings, or about nothing', () => {
  const integration = known();
  expect(aboutSame(integration, OURS)).toBe(integration);
  expect(aboutSame(integration, { ...OURS, exportModelContainerUri: 'https://x.blob.core.windows.net/c' })).toBeNull();
  expect(aboutSame(null, OURS)).toBeNull();
});

describe('what else is not the same after the URIs were written', () => {
  it('is nothing where only they and the time of the change are', () => {
    const later = aProject({ settings: someSettings(OURS), lastModified: timeAfter(700) });
    expect(changedBesides(aProject(), later)).toEqual([]);
  });

  it.each<[string, Partial<Project>]>([
    ['name', { name: 'Dogs' }],
    ['description', { description: '' }],
    ['domainId', { settings: someSettings({ domainId: null }) }],
    ['classificationType', { settings: someSettings({ classificationType: 'Multilabel' }) }],
    ['targetExportPlatforms', { settings: someSettings({ targetExportPlatforms: ['ONNX'] }) }],
    ['augmentationMethods', { settings: someSettings({ augmentationMethods: {} }) }],
  ])('is named: %s', (what, changes) => {
    expect(changedBesides(aProject(), aProject(changes))).toMatchObject([{ what }]);
  });
});
