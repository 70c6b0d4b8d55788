import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import { backupSummary } from '../../src/core/backups/report.ts';
import { BackupWorld } from '../support/backup-world.ts';

jest.setTimeout(30_000);

const HOUR_IN_SECONDS = 3_600;
const DAY_IN_SECONDS = 24 * HOUR_IN_SECONDS;

let azurite: Azurite;
let world: BackupWorld;

beforeAll(async () => {
  azurite = await startAzurite();
}, 60_000);
afterAll(() => azurite.stop());
afterEach(() => world.stop());

/** What status shows of a project's backups. */
async function problems(projectId: string): Promise<{ code: string }[]> {
  return [...backupSummary(await world.catalogue(projectId)).backupProblems];
}

async function refused() {
  const exportPlatforms = [{ platform: 'ONNX', flavor: null }];
  world = await BackupWorld.start(azurite, 'devstoreaccount1', { policy: { exportPlatforms } });
  const { project, iteration } = await world.addProject();
  const refusal = { kind: 'answer', status: 400, code: 'BadRequestInvalid' } as const;
  world.primary.faults.order({ operation: 'ExportIteration', ...refusal, times: 1 });
  await world.sweep();
  await world.settle();
  expect(world.primary.calls.of('ExportIteration')).toHaveLength(1);
  expect(await problems(project.id)).toMatchObject([{ code: 'BadRequestInvalid' }]);
  return { project, iteration };
}

describe('an export that the service refuses', () => {
  it('is shown in every look until it is asked for again and its package is kept', async () => {
    const { project } = await refused();
    for (let look = 0; look < 3; look += 1) {
      await world.pass(6 * HOUR_IN_SECONDS);
      await world.enqueue(project.id, 'backups');
      await world.settle(HOUR_IN_SECONDS);
      // Nothing was asked for in this look, and nothing is well.
      expect(world.primary.calls.of('ExportIteration')).toHaveLength(1);
      expect(await problems(project.id)).toMatchObject([{ code: 'BadRequestInvalid' }]);
    }
    await world.pass(DAY_IN_SECONDS);
    await world.sweep();
    await world.settle();
    expect(world.primary.calls.of('ExportIteration')).toHaveLength(2);
    expect(await world.onlyBackup(project.id)).toMatchObject({ platform: 'ONNX', state: 'ok' });
    expect(await problems(project.id)).toEqual([]);
  });

  it('is well as soon as somebody has exported the model by hand', async () => {
    const { project, iteration } = await refused();
    await world.pass(6 * HOUR_IN_SECONDS);
    await world.exportModel(project, iteration, 'ONNX');
    await world.notified();
    expect(await world.onlyBackup(project.id)).toMatchObject({ platform: 'ONNX', state: 'ok' });
    expect(await problems(project.id)).toEqual([]);
  });

  it('is told of once, not in every look', async () => {
    const { project } = await refused();
    for (let look = 0; look < 2; look += 1) {
      await world.pass(6 * HOUR_IN_SECONDS);
      await world.enqueue(project.id, 'backups');
    }
    expect(world.eventsOf('backup.failed')).toHaveLength(1);
  });
});
