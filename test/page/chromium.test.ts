import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { statusPage } from '../../src/page/status-page.ts';
import { NO_QUERY } from '../../src/page/selection.ts';
import { NO_BROWSER, PageUnderTest } from './chromium.ts';
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

  describe.each(STATES)('when it is: $name', ({ name, firstLine, report }) => {
    test('the first line says so, and nobody is kept out or has to scroll sideways, in any light on any screen', async () => {
      opened.serve(statusPage(report, { isLinked: true, query: NO_QUERY }));
      await opened.load();
      expect((await opened.page.locator('h1').innerText()).replace(/\s+/g, ' ')).toMatch(firstLine);
      for (const [look, width, colorScheme] of LOOKS) {
        await opened.page.setViewportSize({ width, height: 800 });
        await opened.page.emulateMedia({ colorScheme });
        if (PICTURES !== undefined) {
          const path = join(PICTURES, `${name} ${look}.png`.replaceAll(' ', '-'));
          await opened.page.screenshot({ path, fullPage: true });
        }
        expect([look, await opened.violations()]).toEqual([look, []]);
        expect([look, await opened.overflow()]).toEqual([look, 0]);
      }
      expect(opened.complaints).toEqual([]);
    });
  });
});
