import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { source as axeSource } from 'axe-core';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { PAGE_HEADERS } from '../../src/page/document.ts';

/** A browser that is named is there, or the tests fail; else one is looked for where distributions put it. */
const NAMED = process.env['CHROMIUM'];
const FOUND = NAMED ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));

/** Why nothing can be opened here; null where it can. */
export const NO_BROWSER =
  FOUND === undefined ? 'there is no Chromium here: `apt-get install chromium`, or name one in CHROMIUM' : null;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** One browser, with one page, and one server on the loopback that serves what it is told to with the headers of the app. */
export class PageUnderTest {
  private answer: Answer | null = null;
  /** What was asked for since the last `serve`, as path and query. */
  readonly asked: string[] = [];
  /** What the browser complained of: errors of scripts, and what the policy kept from loading or running. */
  readonly complaints: string[] = [];

  readonly browser: Browser;
  readonly page: Page;
  private readonly server: Server;

  private constructor(server: Server, browser: Browser, page: Page) {
    this.server = server;
    this.browser = browser;
    this.page = page;
  }

  static async open(): Promise<PageUnderTest> {
    const server = createServer((request, response) => {
      self.asked.push(request.url ?? '');
      if (self.answer === null) return request.socket.destroy();
      response.writeHead(self.answer.status, PAGE_HEADERS).end(self.answer.body);
      return undefined;
    });
    const browser = await chromium.launch({
      ...(FOUND !== undefined && { executablePath: FOUND }),
      // A sandbox needs rights that a container, or root, has not; what is opened is the project's own.
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    });
    // Only now: where there is no browser, nothing is left that listens.
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const page = await browser.newPage();
    const self: PageUnderTest = new PageUnderTest(server, browser, page);
    page.on('pageerror', ({ message }) => self.complaints.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') self.complaints.push(message.text());
    });
    return self;
  }

  /** From now on the server answers with this page; with null it drops every connection. */
  serve(body: string | null, status = 200): void {
    this.answer = body === null ? null : { status, body };
    this.asked.length = 0;
    this.complaints.length = 0;
  }

  addressOf(path: string): string {
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${path}`;
  }

  async load(path = '/api/status'): Promise<void> {
    await this.page.goto(this.addressOf(path));
    // Evaluated by the browser's own protocol, which the page's policy does not bind.
    await this.page.evaluate(axeSource);
  }

  /** What axe finds to be wrong with the page as it stands, each with the elements it is about; empty where all is well. */
  async violations(): Promise<string[]> {
    const { violations } = await this.page.evaluate<AxeResults>('axe.run({ resultTypes: ["violations"] })');
    return violations.map(({ id, impact, nodes }) => {
      const where = nodes.slice(0, 5).map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary}`);
      return `${id} (${impact}): ${where.join('; ')}`;
    });
  }

  /** By how many pixels the page is wider than the window. */
  overflow(): Promise<number> {
    return this.page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
