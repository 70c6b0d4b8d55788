import { rowsOf, type HeldProject } from '../../../src/local/start/rows.ts';
import type { ProjectSeed } from '../../../src/local/simulator/index.ts';
import { heldProject, reported } from './builders.ts';

const PREDICTION = '/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/a';
const SEED: ProjectSeed = {
  name: 'Weld seams',
  tags: [{ name: 'good', images: 5 }],
  iterations: [{}, { publishName: 'live', predictionId: PREDICTION }],
};

describe('a row of the demonstration', () => {
  test('shows a project that is protected as such', async () => {
    const [source, copy] = [await heldProject(SEED), await heldProject(SEED)];
    expect(rowsOf([source], [copy], { projects: [reported(source.id, copy.id)] })).toEqual([
      {
        id: source.id,
        name: 'Weld seams',
        sync: 'in-sync',
        lagInSeconds: 0,
        copy: { id: copy.id, name: 'Weld seams', isVerified: true },
        images: { source: 5, copy: 5 },
        publishedAs: ['live'],
        generations: 1,
        failure: null,
        missing: null,
      },
    ]);
  });

  const other = (changes: Partial<ProjectSeed>) => heldProject({ ...SEED, ...changes });
  const training = (project: HeldProject) => {
    for (const iteration of project.iterations.values()) iteration.status = 'Training';
  };

  test.each<[string, () => Promise<HeldProject>, Parameters<typeof reported>[2]]>([
    ['it has no copy yet', () => other({}), { replica: null, sync: 'behind' }],
    ['its copy is not in sync: copying', () => other({}), { sync: 'copying' }],
    ['its copy holds 4 of 5 images', () => other({ tags: [{ name: 'good', images: 4 }] }), {}],
    ['its copy holds 1 of 2 trained iterations', () => other({ iterations: [{}] }), {}],
    ['its copy is not published yet: Iteration 2 as live', () => other({ iterations: [{}, {}] }), {}],
    ['its copy is still named Welds', () => other({ name: 'Welds' }), {}],
  ])('says what keeps it from being protected: %s', async (missing, makeCopy, changes) => {
    const [source, copy] = [await heldProject(SEED), await makeCopy()];
    const [row] = rowsOf([source], [copy], { projects: [reported(source.id, copy.id, changes)] });
    expect(row?.missing).toBe(missing);
  });

  test('does not believe in a copy that is not on the secondary', async () => {
    const source = await heldProject(SEED);
    const [row] = rowsOf([source], [], { projects: [reported(source.id, source.id)] });
    expect(row).toMatchObject({
      missing: 'the copy that status names is not on the secondary',
      images: { source: 5, copy: null },
    });
  });

  test('waits for the end of a training, whatever status says', async () => {
    const [source, copy] = [await heldProject(SEED, training), await heldProject(SEED)];
    const [row] = rowsOf([source], [copy], { projects: [reported(source.id, copy.id)] });
    expect(row?.missing).toBe('it is being trained, and is copied once that is done');
  });

  test('is there for a project that no sweep has seen', async () => {
    const source = await heldProject(SEED);
    const [row] = rowsOf([source], [], { projects: [] });
    expect(row).toMatchObject({ sync: 'unseen', copy: null, missing: 'no sweep has seen it yet' });
  });
});
