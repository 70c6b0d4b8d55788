import type { StatusReport } from '../../src/core/status/report.ts';
import type { HostProcess } from '../local/host/host-process.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** One line that the app logged: an event, with its fields. */
export type LoggedEvent = Readonly<Record<string, unknown>> & { readonly event: string };

/** The app in a function host of its own, reached as a person reaches it: over HTTP and by its log. */
export class RunningApp {
  readonly process: HostProcess;
  readonly url: string;
  #runs = true;

  private constructor(process: HostProcess, url: string) {
    this.process = process;
    this.url = url;
    void process.exited().then(() => (this.#runs = false));
  }

  /** Resolves once the host listens. */
  static async in(process: HostProcess): Promise<RunningApp> {
    return new RunningApp(process, await process.url());
  }

  get runs(): boolean {
    return this.#runs;
  }

  async get(path: string): Promise<Answer> {
    return answerOf(await fetch(`${this.url}${path}`));
  }

  async post(path: string, body: object = {}): Promise<Answer> {
    const headers = { 'content-type': 'application/json' };
    return answerOf(await fetch(`${this.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }));
  }

  async status(): Promise<StatusReport> {
    const { status, body } = await this.get('/api/status');
    if (status !== 200) throw new Error(`GET /api/status answered ${status}: ${JSON.stringify(body)}`);
    return body as StatusReport;
  }

  /** The row of one project; throws where status does not show it. */
  async project(id: string): Promise<StatusReport['projects'][number]> {
    const { projects } = await this.status();
    const found = projects.find((project) => project.id === id);
    if (found === undefined) throw new Error(`Status does not show ${id}.`);
    return found;
  }

  /** Runs the timer function now; resolves once that sweep has ended, one way or the other. */
  async sweep(): Promise<LoggedEvent> {
    const ended = () => this.events.filter(({ event }) => event === 'sweep.completed' || event === 'sweep.failed');
    const before = ended().length;
    const { status } = await this.post('/admin/functions/replicateOnSchedule');
    if (status !== 202) throw new Error(`The sweep was not begun: ${status}.`);
    return this.process.until(() => ended()[before]);
  }

  /** Lets time pass for the app alone; the host's own timers and the storage stay on real time. */
  async advance(seconds: number): Promise<void> {
    const { status } = await this.post('/admin/clock', { advanceSeconds: seconds });
    if (status !== 200) throw new Error(`The clock was not moved: ${status}.`);
  }

  get events(): LoggedEvent[] {
    const lines = this.process.stdout.filter((line) => line.startsWith('{"event":'));
    return lines.map((line) => JSON.parse(line) as LoggedEvent);
  }

  eventsOf(name: string): LoggedEvent[] {
    return this.events.filter(({ event }) => event === name);
  }

  /** Waits for an event that was, or will be, logged. */
  logged(name: string, matches: (event: LoggedEvent) => boolean = () => true): Promise<LoggedEvent> {
    return this.process.until(() => this.eventsOf(name).find(matches));
  }

  async kill(): Promise<void> {
    await this.process.end('SIGKILL');
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
}
