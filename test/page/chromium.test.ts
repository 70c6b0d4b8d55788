import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { StatusReport } from '../../src/core/status/report.ts';
import { indexPage } from '../../src/page/index-page.ts';
import { statusPage } from '../../src/page/status-page.ts';
import { NO_QUERY } from '../../src/page/selection.ts';
import { NO_BROWSER, PageUnderTest } from './chromium.ts';
import { PROJECT_PAGES } from './a-project.ts';
import { STATES } from './states.ts';

/** A folder to leave pictures in, for whoever wants to look at every state. */
const PICTURES = process.env['PAGE_PICTURES'];

const LOOKS = [
  ['wide and light', 1280, 'light'],
  ['narrow and dark', 360, 'dark'],
  ['wide and dark', 1280, 'dark'],
  ['narrow and light', 360, 'light'],
] as const;

const describeInBrowser = NO_BROWSER === null ? describe : describe.skip;

describeInBrowser(`in Chromium${NO_BROWSER === null ? '' : ` [skipped: ${NO_BROWSER}]`}`, () => {
  let opened: PageUnderTest;

  beforeAll(async () => {
    opened = await PageUnderTest.open();
    if (PICTURES !== undefined) mkdirSync(PICTURES, { recursive: true });
  });
  afterAll(() => opened.close());

  const opens: readonly (readonly [string, RegExp, string])[] = [
    ...STATES.map(({ name, firstLine, report }) => {
      return [name, firstLine, statusPage(report, { isLinked: true, query: NO_QUERY })] as const;
    }),
    ...PROJECT_PAGES,
    ['the index', /^Custom Vision replicator$/, indexPage(null, { isLinked: true })],
  ];

  test.each(opens)('%s: the first line says so, and all can read it, in any light on any screen', async (...shown) => {
    const [name, firstLine, html] = shown;
    opened.serve(html);
    await opened.load();
    expect((await opened.page.locator('h1').innerText()).replace(/\s+/g, ' ')).toMatch(firstLine);
    for (const [look, width, colorScheme] of LOOKS) {
      await opened.page.setViewportSize({ width, height: 800 });
      await opened.page.emulateMedia({ colorScheme });
      await picture(`${name} ${look}`);
      expect([look, await opened.violations()]).toEqual([look, []]);
      // Nobody has to scroll sideways.
      expect([look, await opened.overflow()]).toEqual([look, 0]);
    }
    expect(opened.complaints).toEqual([]);
  });

  async function picture(name: string): Promise<void> {
    if (PICTURES === undefined) return;
    await opened.page.screenshot({ path: join(PICTURES, `${name.replaceAll(' ', '-')}.png`), fullPage: true });
  }

  describe('a page that is left open', () => {
    const calm = STATES.find(({ name }) => name === 'all well')!.report;
    const night = STATES.find(({ name }) => name === 'a bad night')!.report;
    const bodyOf = (report: StatusReport): string => statusPage(report, { isLinked: true, query: NO_QUERY });
    const firstLine = (): Promise<string> => opened.page.locator('h1').innerText();

    beforeEach(async () => {
      await opened.page.setViewportSize({ width: 1280, height: 400 });
      await opened.page.clock.install();
      opened.serve(bodyOf(calm));
      await opened.load('/api/status?show=all');
    });

    const pass = async (seconds: number): Promise<void> => {
      await opened.page.clock.runFor(seconds * 1_000);
      // What was asked for comes over a real connection.
      await opened.page.waitForLoadState('networkidle');
      await opened.page.waitForTimeout(100);
    };

    test('shows half a minute later what is true by then, at the place where its reader is', async () => {
      await opened.page.evaluate('scrollTo(0, 250)');
      opened.serve(bodyOf(night));
      await pass(29);
      expect(opened.asked).toEqual([]);
      await pass(2);
      expect(opened.asked).toEqual(['/api/status?show=all']);
      expect(await firstLine()).toContain('THINGS NEED YOU');
      expect(await opened.page.title()).toBe('2 THINGS NEED YOU · shop-models');
      expect(await opened.page.evaluate('scrollY')).toBe(250);
      expect(opened.complaints).toEqual([]);
    });

    test.each([
      ['marks text', 'getSelection().selectAllChildren(document.querySelector("h1"))'],
      ['is about to search', 'document.querySelector("#q").focus()'],
    ])('stays as it is while somebody %s, and goes on afterwards', async (_what, begin) => {
      await opened.page.evaluate(begin);
      opened.serve(bodyOf(night));
      await pass(65);
      expect(opened.asked).toEqual([]);
      await pass(60);
      const stale = opened.page.locator('#stale');
      expect(await stale.innerText()).toMatch(/^This page is 2 min old, as of 2026-03-01 12:01:00 UTC: it waits while/);
      await opened.page.evaluate('getSelection().removeAllRanges(); document.activeElement.blur()');
      await pass(31);
      expect(await firstLine()).toContain('THINGS NEED YOU');
      expect(await stale.isVisible()).toBe(false);
    });

    test('says over what it shows that the app is silent, and takes that back when it answers', async () => {
      opened.serve(null);
      await pass(95);
      expect(await opened.page.locator('#stale').innerText()).toContain('the app has not answered since');
      expect(await opened.page.title()).toMatch(/^OLD · /);
      expect(await opened.violations()).toEqual([]);
      expect(await firstLine()).toContain('ALL WELL');
      opened.serve('{"error":"no page"}', 502);
      await pass(31);
      expect(await opened.page.locator('#stale').isVisible()).toBe(true);
      opened.serve(bodyOf(night));
      await pass(31);
      expect(await opened.page.locator('#stale').isVisible()).toBe(false);
      expect(await opened.page.title()).not.toContain('OLD');
    });

    test('loads itself whole where the app was replaced by another version', async () => {
      opened.serve(bodyOf(calm).replace('<style>', '<style>/* newer */'));
      await pass(31);
      expect(opened.asked.length).toBeGreaterThan(1);
    });
  });

  test('a page is searched without any script', async () => {
    const { browser } = opened;
    const scriptless = await browser.newPage({ javaScriptEnabled: false });
    opened.serve(statusPage(STATES.at(-1)!.report, { isLinked: true, query: NO_QUERY }));
    await scriptless.goto(opened.addressOf('/api/status?show=attention'));
    await scriptless.getByLabel('Name or id').fill('köln & co');
    await scriptless.getByRole('button', { name: 'Search' }).click();
    await scriptless.waitForURL(/q=/);
    expect(opened.asked.at(-1)).toBe(`/api/status?q=${encodeURIComponent('köln & co').replaceAll('%20', '+')}`);
    expect(await scriptless.locator('noscript').innerText()).toContain('load it again');
    expect(await scriptless.getByText('asks again every').isVisible()).toBe(false);
    await scriptless.close();
  });
});
