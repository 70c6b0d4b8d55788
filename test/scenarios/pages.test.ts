import { withoutScript } from '../page/markup.ts';
import { CARS } from '../support/scenery.ts';
import { eventually, Theatre } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(3);
});
afterAll(() => theatre.close());

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/** What a browser is answered. */
async function browse(url: string) {
  const response = await fetch(url, { headers: { accept: BROWSER } });
  const { status, headers } = response;
  return {
    status,
    type: headers.get('content-type'),
    policy: headers.get('content-security-policy'),
    text: await response.text(),
  };
}

test.concurrent('a browser sees pages where a program sees JSON', async () => {
  const stage = await theatre.stage();
  const { id } = await stage.primary.resource.addProject({ ...CARS, name: 'Cars <script>alert(1)</script>' });
  const app = await stage.start();
  await app.sweep();
  await eventually('the project in sync', async () => ((await app.project(id)).sync === 'in-sync' ? true : undefined));

  const all = await browse(`${app.url}/api/status`);
  expect(all).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' });
  expect(all.policy).toContain("default-src 'none'");
  expect(all.text).toContain('ALL WELL');
  expect(all.text).toContain(`href="projects/${id}"`);

  const one = await browse(new URL(`projects/${id}`, `${app.url}/api/status`).href);
  expect(one.status).toBe(200);
  expect(one.text).toContain((await app.project(id)).replica?.projectId);
  expect(one.text).toContain('current: routing names it');
  expect(one.text).toContain('A new copy was verified and put into use');

  const keyed = await browse(`${app.url}/api/status?code=the-key-of-this-function`);
  for (const { text } of [all, one, keyed]) {
    expect(withoutScript(text)).not.toContain('<script');
    expect(text).toContain('Cars &lt;script&gt;');
    for (const secret of [stage.primary.key, stage.secondary.key, 'the-key-of-this-function']) {
      expect(text).not.toContain(secret);
    }
  }
  expect(await browse(`${app.url}/api/projects/nobody`)).toMatchObject({
    status: 404,
    type: 'text/html; charset=utf-8',
  });
  // `fetch` sends what curl does: that it takes anything.
  expect(await app.get(`/api/projects/${id}`)).toMatchObject({
    status: 200,
    body: { id, record: { sourceProjectId: id } },
  });
});

test.concurrent('a browser is told which settings are bad', async () => {
  const stage = await theatre.stage({ env: { PRIMARY_TRAINING_ENDPOINT: '', DRY_RUN: 'perhaps' } });
  const app = await stage.start();
  const { status, text } = await browse(`${app.url}/api/status`);
  expect(status).toBe(503);
  expect(text).toContain('SETTINGS INVALID');
  for (const setting of ['PRIMARY_TRAINING_ENDPOINT', 'DRY_RUN']) expect(text).toContain(setting);
  const project = await browse(`${app.url}/api/projects/${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`);
  expect(project).toMatchObject({ status: 503, type: 'text/html; charset=utf-8' });
  expect(project.text).toContain('SETTINGS_INVALID');
});

test.concurrent('there is an index that leads to the pages, and a person who signed in reads all of it', async () => {
  const stage = await theatre.stage({ env: { WEBSITE_AUTH_ENABLED: 'True' } });
  const app = await stage.start();
  const signedIn = { 'x-ms-client-principal-id': 'a2f1', 'x-ms-client-principal-name': 'ada@example.com' };
  for (const path of ['/api', '/api/']) {
    const answer = await fetch(`${app.url}${path}`, { headers: { ...signedIn, accept: BROWSER } });
    expect(answer.status).toBe(200);
    const links = [...(await answer.text()).matchAll(/<a href="([^"]+)"/g)].map(([, href = '']) => href);
    expect(links).toContain('/api/status');
    for (const link of links) {
      const { status } = await fetch(`${app.url}${link}`, { headers: signedIn });
      // Nobody has swept yet, so that there is nothing to route.
      expect([link, status]).toEqual([link, link === '/api/routing' ? 404 : 200]);
    }
  }
  expect(await (await fetch(`${app.url}/api`, { headers: signedIn })).json()).toMatchObject({ schemaVersion: 1 });
  for (const path of ['/api', '/api/status', '/api/history', `/api/projects/${'0'.repeat(36)}`]) {
    expect([path, (await fetch(`${app.url}${path}`)).status]).toEqual([path, 401]);
  }
});
