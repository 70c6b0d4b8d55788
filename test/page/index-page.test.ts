import { INDEX, indexPage } from '../../src/page/index-page.ts';
import { registeredRoutes } from '../support/documents.ts';
import { danglingIds, elements, misfits, textOf } from './markup.ts';

test('the index lists every route of the app, and no other', () => {
  const listed = INDEX.routes.map(({ method, path }) => `${method} ${path}`);
  const registered = registeredRoutes().map((route) => route.split(' ').slice(0, 2).join(' '));
  expect(listed.toSorted()).toEqual(registered.toSorted());
});

test('what can be read as it stands is a link, where links can be followed', () => {
  const links = (html: string) => [...html.matchAll(/<a href="([^"]+)"/g)].map(([, href]) => href);
  expect(links(indexPage(null, { isLinked: true }))).toEqual([
    '/api/status',
    '/api/routing',
    '/api/history',
    '/api/failover/plan',
    '/api/health',
  ]);
  expect(links(indexPage(null, { isLinked: false }))).toEqual([]);
});

test('the page is sound markup that says what each route is for', () => {
  const html = indexPage(null, { isLinked: true });
  expect(misfits(html)).toEqual([]);
  expect(danglingIds(html)).toEqual([]);
  expect(elements(html, 'dt')).toHaveLength(INDEX.routes.length);
  expect(textOf(html)).toContain('/api/status how every project is protected');
});
