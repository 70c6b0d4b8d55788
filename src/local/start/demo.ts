import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../simulator/index.ts';
import { nextChange } from './changes.ts';
import { ask, Troubles } from './observe.ts';
import { SEEDED_PROJECTS } from './projects.ts';
import { withStage, type Stage, type StageOptions } from './stage.ts';
import { isProtected, newsOf, statusSchema, summaryOf, tableOf, type Status } from './status.ts';

export interface DemoOptions extends Pick<StageOptions, 'port' | 'speed'> {
  /** The app's built entry file. */
  readonly app: string;
  /** End once every seeded project is protected. */
  readonly once?: true;
  /** How long that may take, from the beginning, in seconds. */
  readonly within: number;
  /** Print every line of the function host. */
  readonly verbose?: true;
}

type Say = (where: string, text: string) => void;

const LOOK_INTERVAL_IN_MS = 1_000;
const CHANGE_INTERVAL_IN_MS = 20_000;
/** Nobody should wonder for longer than this whether anything goes on. */
const LONGEST_SILENCE_IN_MS = 8_000;

/**
 * The whole system on this machine. With `once` it resolves to whether every seeded project was protected in time;
 * without, it goes on. It throws what went wrong, or why `ending` was aborted. Either way everything is stopped then.
 */
export async function runDemo(options: DemoOptions, ending: AbortController, print: (text: string) => void) {
  const startedAt = performance.now();
  const elapsedInSeconds = (): number => (performance.now() - startedAt) / 1_000;
  const say = (where: string, text: string): void => {
    // What fails because everything is being stopped is no news.
    if (ending.signal.aborted) return;
    print(`${String(Math.floor(elapsedInSeconds())).padStart(4)} s  ${where.padEnd(11)}${text}`);
  };
  print('Starting Azurite, two simulated Custom Vision resources and the function host.');
  const stageOptions: StageOptions = {
    ...options,
    appPath: options.app,
    onLine: (line) => options.verbose && say('app', line),
    onProblem: (resource, problem) => say(resource, problem.split('\n', 1)[0] ?? ''),
    onEnd: (reason) => ending.abort(new Error(reason)),
  };
  return withStage(stageOptions, ending.signal, async (stage) => {
    print(introductionOf(stage));
    try {
      const demo = new Demo(stage, ending.signal, say);
      await demo.beginSweep();
      await demo.watch(
        LONGEST_SILENCE_IN_MS,
        () => isAllProtected(demo.status) || elapsedInSeconds() >= options.within,
      );
      const isDone = isAllProtected(demo.status);
      print(`\n${tableOf(demo.status)}\n`);
      if (!isDone) print(`Not everything is protected after ${options.within} s.`);
      print(`${summaryOf(demo.status)} in ${Math.round(elapsedInSeconds())} s`);
      if (options.once) return isDone;
      print('\nFrom now on something is done to the primary every 20 s. Ctrl-C stops everything.\n');
      await Promise.all([demo.watch(Infinity, () => false), demo.changePrimary()]);
      return isDone;
    } finally {
      if (ending.signal.aborted) print('Stopping everything.');
    }
  });
}

function isAllProtected({ projects }: Status): boolean {
  return projects.length >= SEEDED_PROJECTS.length && projects.every(isProtected);
}

/** Watches everything, and gives the app work to do. Whatever fails here is told, and goes on. */
class Demo {
  readonly #stage: Stage;
  readonly #signal: AbortSignal;
  readonly #say: Say;
  readonly #troubles: Troubles;
  #status: Status | null = null;

  constructor(stage: Stage, signal: AbortSignal, say: Say) {
    this.#stage = stage;
    this.#signal = signal;
    this.#say = say;
    this.#troubles = new Troubles(say);
  }

  /** What the app said last. */
  get status(): Status {
    return this.#status ?? { sweep: { problem: null }, projects: [] };
  }

  /** The schedule would begin it by itself, up to half a minute later. */
  async beginSweep(): Promise<void> {
    const url = `${this.#stage.appUrl}/admin/functions/replicateOnSchedule`;
    await this.#troubles.unlessItFails('app', () => ask('POST', url));
  }

  /** Looks until it is over, whatever it sees; after so long a silence it says how far it all is. */
  async watch(longestSilenceInMs: number, isOver: () => boolean): Promise<void> {
    let toldAt = performance.now();
    for (;;) {
      if ((await this.#look()) > 0) toldAt = performance.now();
      if (isOver()) return;
      if (performance.now() >= toldAt + longestSilenceInMs) {
        this.#say('', summaryOf(this.status));
        toldAt = performance.now();
      }
      await sleep(LOOK_INTERVAL_IN_MS, undefined, { signal: this.#signal });
    }
  }

  /** Its owner can do nothing to a resource that does not answer. */
  async changePrimary(): Promise<never> {
    const { primary } = this.#stage;
    for (;;) {
      const change = this.#troubles.has('primary') ? null : nextChange(primary.resource);
      if (change !== null) {
        await this.#troubles.unlessItFails('change', async () => {
          await change.make();
          this.#say('primary', change.words);
        });
      }
      await sleep(CHANGE_INTERVAL_IN_MS, undefined, { signal: this.#signal });
    }
  }

  /** Looks at everything and tells what is new; resolves to how much that is. */
  async #look(): Promise<number> {
    const { primary, secondary, appUrl } = this.#stage;
    const [status] = await Promise.all([
      this.#troubles.unlessItFails('app', async () => {
        return statusSchema.parse(JSON.parse(await ask('GET', `${appUrl}/api/status`)));
      }),
      this.#troubles.unlessItFails('primary', () => callResource(primary)),
      this.#troubles.unlessItFails('secondary', () => callResource(secondary)),
    ]);
    if (status === null) return 0;
    const news = newsOf(this.#status, status);
    for (const text of news) this.#say('app', named(text, primary, secondary));
    this.#status = status;
    return news.length;
  }
}

/** The app knows the two by their addresses only. */
function named(text: string, primary: Simulator, secondary: Simulator): string {
  const name = (whole: string, { url }: Simulator, what: string) => whole.replaceAll(new URL(url).host, what);
  return name(name(text, primary, 'the primary'), secondary, 'the secondary');
}

/** The cheapest call that every Custom Vision resource answers. */
function callResource({ url, key }: Simulator): Promise<string> {
  return ask('GET', `${url}/customvision/v3.3/training/domains`, { 'Training-Key': key });
}

function introductionOf({ azurite, primary, secondary, appUrl }: Stage): string {
  return `
Everything below runs on this machine only, and is gone afterwards.

  primary    ${primary.url}  simulated Custom Vision, ${primary.resource.projects.length} projects; Training-Key: ${primary.key}
  secondary  ${secondary.url}  simulated Custom Vision, empty; Training-Key: ${secondary.key}
  app        ${appUrl}  copies each project of the primary to the secondary
  storage    Azurite, process ${azurite.pid ?? 'unknown'}; its connection string:
             ${azurite.connectionString()}

Status page: ${appUrl}/api/status

To see an outage, take the primary down, watch, and bring it back:

  curl ${primary.url}/simulator/faults -d '{"operation":"*","kind":"drop","effect":"none","times":"always"}'
  curl -X DELETE ${primary.url}/simulator/faults

docs/simulator.md has more of them. Ctrl-C stops everything.
`;
}
