import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Predictor, Refused } from '../../docs/clients/predict.ts';
import { drawPng } from '../../src/local/simulator/image-bytes.ts';
import { ManualClock, startSimulator, type Simulator } from '../../src/local/simulator/index.ts';
import { call, PREDICTION_ID, simulatorsToClose } from '../local/simulator/client.ts';

const opened = simulatorsToClose();
const picture = new Uint8Array(drawPng('picture', 8, 8));
const KEYS = { primary: 'first', secondary: 'second' };

interface Outcome {
  readonly side?: string;
  readonly manifestAgeInSeconds?: number;
  readonly probabilities?: Readonly<Record<string, number>>;
  readonly refused?: true;
  readonly failed?: true;
}

interface Ask {
  readonly projectId: string;
  readonly name: string;
  readonly image: Uint8Array<ArrayBuffer>;
  /** What reading the manifest gives, each time; null where it cannot be read. */
  readonly manifests: readonly (string | null)[];
}

/** Asks as often as there are manifests, each time a minute after the one before. */
type Client = (ask: Ask) => Promise<Outcome[]>;

async function typescript({ projectId, name, image, manifests }: Ask): Promise<Outcome[]> {
  const left = [...manifests];
  const read = (): Promise<string> => {
    const text = left.shift() ?? null;
    return text === null ? Promise.reject(new Error('out of reach')) : Promise.resolve(text);
  };
  const predictor = new Predictor(read, KEYS);
  const outcomes: Outcome[] = [];
  const now = Date.now();
  const time = jest.spyOn(Date, 'now');
  for (const [turn] of manifests.entries()) {
    time.mockReturnValue(now + turn * 61_000);
    outcomes.push(await predictor.classify(projectId, name, image).catch(outcomeOf));
  }
  time.mockRestore();
  return outcomes;
}

const outcomeOf = (error: unknown): Outcome => (error instanceof Refused ? { refused: true } : { failed: true });

const DRIVER = `
import base64, json, sys, time
sys.path.insert(0, sys.argv[1])
from predict import Predictor, Refused
ask = json.loads(sys.argv[2])
left = list(ask["manifests"])
def read():
    text = left.pop(0)
    if text is None: raise OSError("out of reach")
    return text
predictor = Predictor(read, ask["keys"])
outcomes, began = [], time.monotonic()
for turn in range(len(ask["manifests"])):
    time.monotonic = lambda: began + turn * 61
    try: outcomes.append(predictor.classify(ask["projectId"], ask["name"], base64.b64decode(ask["image"])))
    except Refused: outcomes.append({"refused": True})
    except Exception as error: outcomes.append({"failed": True})
print(json.dumps(outcomes))
`;

async function python({ image, ...ask }: Ask): Promise<Outcome[]> {
  const given = JSON.stringify({ ...ask, keys: KEYS, image: Buffer.from(image).toString('base64') });
  const folder = join(__dirname, '..', '..', 'docs', 'clients');
  const { stdout } = await promisify(execFile)('python3', ['-B', '-c', DRIVER, folder, given]);
  const outcomes = JSON.parse(stdout) as (Outcome & { manifest_age_in_seconds: number })[];
  return outcomes.map(({ manifest_age_in_seconds: age, ...outcome }) => ({ ...outcome, manifestAgeInSeconds: age }));
}

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import sys; assert sys.version_info >= (3, 9)'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A project and its copy, published under one name, and the manifest of both. */
async function setUp() {
  const clock = new ManualClock();
  const primary = opened(await startSimulator({ predictionKey: KEYS.primary }));
  const secondary = opened(await startSimulator({ clock, predictionKey: KEYS.secondary }));
  const tags = [
    { name: 'apple', images: 3 },
    { name: 'pear', images: 2 },
  ];
  const publication = { publishName: 'live one', predictionId: PREDICTION_ID };
  const { id } = await primary.resource.addProject({ name: 'fruit', tags, iterations: [publication] });
  const { token } = (await call(primary, `GET /projects/${id}/export`)).value as { token: string };
  const copy = (await call(secondary, 'POST /projects/import', { query: { token } })).json.id;
  await clock.advance(10_000);
  const [iteration] = [...secondary.resource.project(copy).iterations.keys()];
  secondary.resource.publish(copy, iteration!, publication);
  const side = ({ url }: Simulator, projectId: string) => {
    return { predictionEndpoint: url, projectId, publishNames: ['live one'] };
  };
  const manifest = (active: 'primary' | 'secondary') =>
    JSON.stringify({
      ...{ schemaVersion: 1, updatedAt: '2026-01-01T00:00:00Z' },
      projects: { [id]: { name: 'fruit', active, primary: side(primary, id), secondary: side(secondary, copy) } },
    });
  return { primary, secondary, projectId: id, manifest };
}

const dies = (simulator: Simulator) =>
  simulator.faults.order({ operation: '*', kind: 'drop', effect: 'none', times: 'always' });

const CLIENTS: [string, typeof describe, Client][] = [
  ['predict.ts', describe, typescript],
  hasPython()
    ? ['predict.py', describe, python]
    : ['predict.py [skipped: there is no python3 of 3.9 or later here]', describe.skip, python],
];

for (const [name, describeIt, client] of CLIENTS) {
  describeIt(name, () => {
    test('asks the primary, and the copy where the primary does not answer, and gets the same answer', async () => {
      const { primary, manifest, ...world } = await setUp();
      const ask = { projectId: world.projectId, name: 'live one', image: picture, manifests: [manifest('primary')] };
      const [before] = await client(ask);
      dies(primary);
      const [after] = await client(ask);
      expect([before!.side, after!.side]).toEqual(['primary', 'secondary']);
      for (const tag of ['apple', 'pear']) {
        expect(after!.probabilities![tag]).toBeCloseTo(before!.probabilities![tag]!, 5);
      }
    });

    test('follows a decision at once, though the primary answers', async () => {
      const { projectId, manifest } = await setUp();
      const manifests = [manifest('primary'), manifest('secondary'), manifest('primary')];
      const sides = (await client({ projectId, name: 'live one', image: picture, manifests })).map(({ side }) => side);
      expect(sides).toEqual(['primary', 'secondary', 'primary']);
    });

    test('goes by the last manifest that it could read', async () => {
      const { projectId, primary, manifest } = await setUp();
      dies(primary);
      const manifests = [manifest('primary'), null, null];
      const outcomes = await client({ projectId, name: 'live one', image: picture, manifests });
      expect(outcomes.map(({ side }) => side)).toEqual(['secondary', 'secondary', 'secondary']);
      const ages = outcomes.map(({ manifestAgeInSeconds }) => Math.round(manifestAgeInSeconds ?? -1));
      expect(ages).toEqual([0, 61, 122]);
    });

    test('fails where there is no manifest, no such project or name, and where neither side answers', async () => {
      const { projectId, primary, secondary, manifest } = await setUp();
      const ask = { projectId, name: 'live one', image: picture, manifests: [manifest('primary')] };
      expect(await client({ ...ask, manifests: [null] })).toMatchObject([{ failed: true }]);
      expect(await client({ ...ask, projectId: 'another' })).toMatchObject([{ failed: true }]);
      expect(await client({ ...ask, name: 'other' })).toMatchObject([{ failed: true }]);
      dies(primary);
      dies(secondary);
      expect(await client(ask)).toMatchObject([{ failed: true }]);
    });

    test('asks nobody else where the request is wrong', async () => {
      const { projectId, secondary, manifest } = await setUp();
      const image = new Uint8Array(100);
      const manifests = [manifest('primary')];
      expect(await client({ projectId, name: 'live one', image, manifests })).toMatchObject([{ refused: true }]);
      expect(secondary.calls.of('ClassifyImage')).toEqual([]);
    });
  });
}
