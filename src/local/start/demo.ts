import { setTimeout as sleep } from 'node:timers/promises';
import { SEEDED_PROJECTS } from './catalogue.ts';
import { hostEnvironment } from './host-environment.ts';
import { troubleIn } from './host-line.ts';
import { startHostProcess, type HostProcess } from './host-process.ts';
import { describeChange, nextChange, pauseInMs } from './life.ts';
import type { Narrator } from './narrator.ts';
import { assertPortIsFree } from './port.ts';
import { createProject, makeChange } from './primary.ts';
import { newsOf, standOf } from './progress.ts';
import { randomFrom } from './random.ts';
import { rowsOf, type Row } from './rows.ts';
import { assertStorageIsThere, withStage, type Stage } from './stage.ts';
import { readStatus, requestSweep } from './app-calls.ts';
import { missingLines, summaryOf, tableOf } from './table.ts';

export interface DemoOptions {
  /** Of the function host; 0 for any that is free. */
  readonly port: number;
  /** The app's built entry file. */
  readonly appPath: string;
  /** End once every seeded project is protected. */
  readonly once: boolean;
  /** How long that may take, from the beginning. */
  readonly limitInSeconds: number;
  /** Print every line of the function host. */
  readonly verbose: boolean;
  /** How many times as fast as usual the simulated resources are, and how many times as many calls they allow. */
  readonly speed: number;
  /** Which changes are made to the primary later on, and when. */
  readonly seed: number;
}

const LOOK_INTERVAL_IN_MS = 1_000;
/** Nobody should wonder for longer than this whether anything goes on. */
const LONGEST_SILENCE_IN_SECONDS = 6;

/**
 * The whole system on this machine. With `once` it resolves to whether every seeded project was protected in time;
 * without, it goes on. It throws what went wrong, or why `ending` was aborted. Either way everything is stopped then.
 */
export async function runDemo(options: DemoOptions, ending: AbortController, narrator: Narrator): Promise<boolean> {
  const deadline = narrator.elapsedInSeconds() + options.limitInSeconds;
  await assertPortIsFree(options.port);
  narrator.say('', 'starting Azurite, two simulated Custom Vision resources and the function host');
  const { signal } = ending;
  // What fails because everything is being stopped is no problem.
  const onProblem = (resource: string, problem: string): void => {
    if (!ending.signal.aborted) narrator.say(resource, problem);
  };
  return withStage(options.speed, onProblem, async (stage) => {
    for (const project of SEEDED_PROJECTS) {
      signal.throwIfAborted();
      await createProject(stage.owned, project, stage.surroundings, signal);
    }
    const host = await startHost(stage, options, ending, narrator);
    try {
      return await new Demo(stage, host, signal, narrator).run(options, deadline);
    } finally {
      if (signal.aborted) narrator.say('', 'stopping everything');
      await host.stop();
    }
  });
}

function startHost(
  stage: Stage,
  { port, appPath, verbose, speed }: DemoOptions,
  ending: AbortController,
  narrator: Narrator,
): Promise<HostProcess> {
  const nameOf = (id: string): string | null =>
    stage.primary.resource.projects.find((project) => project.id === id)?.name ?? null;
  return startHostProcess(
    {
      port,
      appPath,
      environment: hostEnvironment(stage, speed, process.env),
      onLine: (line) => {
        const text = verbose ? line : troubleIn(line, nameOf);
        if (text !== null) narrator.say('app', text);
      },
      onEnd: (reason) => ending.abort(new Error(reason)),
    },
    ending.signal,
  );
}

/** Watches the app at work, and gives it work to do. */
class Demo {
  readonly #stage: Stage;
  readonly #host: HostProcess;
  readonly #signal: AbortSignal;
  readonly #narrator: Narrator;
  #rows: readonly Row[] = [];
  #newsAt: number;

  constructor(stage: Stage, host: HostProcess, signal: AbortSignal, narrator: Narrator) {
    this.#stage = stage;
    this.#host = host;
    this.#signal = signal;
    this.#narrator = narrator;
    this.#newsAt = narrator.elapsedInSeconds();
  }

  async run({ once, limitInSeconds, seed }: DemoOptions, deadline: number): Promise<boolean> {
    const narrator = this.#narrator;
    this.#introduce();
    const startedAt = narrator.elapsedInSeconds();
    await this.#ask(requestSweep);
    narrator.say('app', 'the first sweep begins');
    const isDone = await this.#untilProtected(deadline);
    narrator.print(`\n${tableOf(this.#rows)}\n`);
    for (const line of missingLines(this.#rows)) narrator.print(line);
    if (!isDone) narrator.print(`Not everything is protected after ${limitInSeconds} s.`);
    narrator.print(summaryOf(this.#rows, narrator.elapsedInSeconds() - startedAt));
    if (!once) await this.#goOn(seed);
    return isDone;
  }

  #introduce(): void {
    const { primary, secondary } = this.#stage;
    const { print } = this.#narrator;
    print(`
Everything below runs on this machine only, and is gone afterwards.

  primary    ${primary.url.padEnd(22)}  simulated Custom Vision with ${primary.resource.projects.length} projects
  secondary  ${secondary.url.padEnd(22)}  simulated Custom Vision, empty
  app        ${this.#host.url.padEnd(22)}  copies each project of the primary to the secondary

How it stands: ${this.#host.url}/api/status
Ctrl-C stops everything.
`);
  }

  async #untilProtected(deadline: number): Promise<boolean> {
    for (;;) {
      await this.#look();
      if (this.#rows.every(({ missing }) => missing === null)) return true;
      const now = this.#narrator.elapsedInSeconds();
      if (now >= deadline) return false;
      if (now >= this.#newsAt + LONGEST_SILENCE_IN_SECONDS) this.#tell(standOf(this.#rows));
      await sleep(LOOK_INTERVAL_IN_MS, undefined, { signal: this.#signal });
    }
  }

  /** Does something to the primary now and then, until somebody stops it. */
  async #goOn(seed: number): Promise<never> {
    const { primary, owned, surroundings } = this.#stage;
    const narrator = this.#narrator;
    const random = randomFrom(seed);
    narrator.print('\nFrom now on something is done to the primary about every 20 s. Ctrl-C stops everything.\n');
    for (;;) {
      const change = nextChange(primary.resource.projects, random);
      if (change !== null) {
        await makeChange(owned, change, surroundings, this.#signal);
        narrator.say('primary', describeChange(change));
      }
      const until = narrator.elapsedInSeconds() + pauseInMs(random) / 1_000;
      while (narrator.elapsedInSeconds() < until) {
        await this.#look();
        await sleep(LOOK_INTERVAL_IN_MS, undefined, { signal: this.#signal });
      }
    }
  }

  /** Looks at everything, and tells what is new. */
  async #look(): Promise<void> {
    const { primary, secondary } = this.#stage;
    const status = await this.#ask(readStatus);
    const rows = rowsOf(primary.resource.projects, secondary.resource.projects, status);
    for (const text of newsOf(this.#rows, rows)) this.#tell(text);
    this.#rows = rows;
  }

  #tell(text: string): void {
    this.#narrator.say('secondary', text);
    this.#newsAt = this.#narrator.elapsedInSeconds();
  }

  /** A call to the app. Where it fails because a process is gone, this throws what says so. */
  async #ask<T>(call: (appUrl: string, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { azurite } = this.#stage;
    // Without its storage the app takes long to say that something is wrong.
    await assertStorageIsThere(azurite);
    try {
      return await call(this.#host.url, this.#signal);
    } catch (error) {
      await assertStorageIsThere(azurite);
      // The end of a process is heard of a moment after its connections broke, and aborts the signal.
      await sleep(LOOK_INTERVAL_IN_MS, undefined, { signal: this.#signal });
      throw error;
    }
  }
}
