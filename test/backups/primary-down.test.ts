import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import { BackupWorld } from '../support/backup-world.ts';

jest.setTimeout(30_000);

let azurite: Azurite;
let world: BackupWorld;

beforeAll(async () => {
  azurite = await startAzurite();
}, 60_000);
afterAll(() => azurite.stop());
beforeEach(async () => {
  world = await BackupWorld.start(azurite, 'devstoreaccount1');
});
afterEach(() => world.stop());

const die = (operation = '*') =>
  world.primary.faults.order({ operation, kind: 'drop', effect: 'none', times: 'always' });
const failuresOf = async (id: string) => (await world.catalogue(id)).failures;

it('a look that failed while the primary was down is over after the first sweep that it answers', async () => {
  const { project } = await world.addProject();
  die();
  await world.enqueue(project.id, 'backups');
  await world.settle(3_600);
  expect(await failuresOf(project.id)).toMatchObject([{ iterationId: null, class: 'transient' }]);
  world.primary.faults.clear();
  await world.sweep();
  expect(await failuresOf(project.id)).toEqual([]);
});

it('so is one that was given up, however long the primary was down', async () => {
  const { project } = await world.addProject();
  die('GetExports');
  await world.enqueue(project.id, 'backups');
  await world.settle(12 * 3_600);
  expect(await failuresOf(project.id)).toMatchObject([{ class: 'transient', nextAttemptAt: null }]);
  world.primary.faults.clear();
  await world.sweep();
  expect(await failuresOf(project.id)).toEqual([]);
});

it('no next attempt is told of that has passed, however an outage goes on', async () => {
  const { project } = await world.addProject();
  die('GetExports');
  await world.enqueue(project.id, 'backups');
  die();
  for (let looks = 0; looks < 6; looks += 1) {
    const next = world.queue.nextDueAt();
    await world.pass(Math.max(0, ((next?.getTime() ?? 0) - world.clock.now()) / 1_000));
    await world.work();
    const now = new Date(world.clock.now()).toISOString();
    for (const { nextAttemptAt } of await failuresOf(project.id)) expect(nextAttemptAt! > now).toBe(true);
  }
});

it.each(['gone', 'left out'])(
  'what failed of a project that is %s by now is over: nobody goes on with it',
  async (how) => {
    const { project } = await world.addProject();
    die();
    await world.enqueue(project.id, 'backups');
    expect(await failuresOf(project.id)).toHaveLength(1);
    world.primary.faults.clear();
    if (how === 'gone') world.primary.resource.removeProject(project.id);
    else world.policy = { ...world.policy, exclusionOf: () => 'EXCLUDE_PROJECTS names it' };
    await world.sweep();
    expect(await failuresOf(project.id)).toEqual([]);
  },
);
