import { startAzurite, type Azurite } from '../../src/local/azurite.ts';
import type { StoredProject } from '../../src/local/simulator/index.ts';
import { BackupWorld, type BackupWorldOptions } from '../support/backup-world.ts';
import { Killed } from '../support/killer.ts';

/**
 * A process is killed at each of its effects in turn: before the effect is sent, and after it with the reply lost. Its
 * message comes back, or a sweep finds what is left to do. After each effect, whatever is called a backup is one.
 */

const ACCOUNT = 'devstoreaccount1';

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
}, 60_000);
afterAll(() => azurite.stop());

interface Scenario {
  readonly name: string;
  readonly options: BackupWorldOptions;
  readonly prepare: (world: BackupWorld) => Promise<StoredProject>;
  /** How the package is kept. */
  readonly from: 'container' | 'download';
}

const ONNX = { policy: { exportPlatforms: [{ platform: 'ONNX', flavor: null }] } } as const;

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'a model is exported, and kept from its blob',
    options: ONNX,
    prepare: async (world) => (await world.addProject()).project,
    from: 'container',
  },
  {
    name: 'a model is exported, and fetched where the service has no container to write to',
    options: ONNX,
    prepare: async (world) => {
      const uris = { notificationQueueUri: null, exportModelContainerUri: null };
      return (await world.addProject(uris)).project;
    },
    from: 'download',
  },
];

interface Kill {
  readonly index: number;
  readonly phase: 'before' | 'after';
}

/** What the catalogue calls whole is there, and is what it was. */
async function checkBackups(world: BackupWorld, { id }: StoredProject): Promise<void> {
  const { backups } = world.deps;
  const catalogue = (await backups.catalogue(id).read())?.value;
  for (const { blob, sha256 } of catalogue?.backups ?? []) {
    const kept = await backups.hash(blob, new AbortController().signal);
    if (kept?.sha256 !== sha256) throw new Error(`The catalogue of ${id} names ${blob}, which is not that.`);
  }
}

async function run({ options, prepare, from }: Scenario, kill: Kill | null): Promise<readonly string[]> {
  const world = await BackupWorld.start(azurite, ACCOUNT, options);
  try {
    const project = await prepare(world);
    world.afterEachEffect = () => checkBackups(world, project);
    if (kill !== null) world.killer.killAt(kill.index, kill.phase);
    const { killer } = world;
    const act = async (): Promise<void> => {
      await world.sweep();
      await world.pass(6);
      await world.notified();
      await world.settle();
    };
    await act().catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    if (kill !== null) {
      await world.restart();
      await world.settle();
      await world.pass(24 * 3_600);
      await act();
    }
    const { failures, requests } = await world.catalogue(project.id);
    expect({ failures, open: requests.filter(({ open }) => open) }).toEqual({ failures: [], open: [] });
    expect(await world.onlyBackup(project.id)).toMatchObject({ platform: 'ONNX', state: 'ok', from });
    expect(await world.packages()).toHaveLength(1);
    // A reply that is lost is not a reason to have the model made again.
    const asked = world.primary.calls.of('ExportIteration').filter(({ status }) => status === 200);
    expect(asked).toHaveLength(1);
    return killer.effects;
  } finally {
    await world.stop();
  }
}

describe.each(SCENARIOS)('killed while $name', (scenario) => {
  it('there is one backup in the end, and it is whole, wherever it was', async () => {
    const effects = await run(scenario, null);
    expect(effects).toContain('source.exportIteration');
    expect(effects).toContain('catalogue.write');
    const broken: string[] = [];
    for (const [index, effect] of effects.entries()) {
      for (const phase of ['before', 'after'] as const) {
        await run(scenario, { index, phase }).catch((error: unknown) => {
          broken.push(`${phase} effect ${index} (${effect}): ${(error as Error).message.slice(0, 400)}`);
        });
      }
    }
    expect(broken).toEqual([]);
  }, 300_000);
});
