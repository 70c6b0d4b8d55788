import { wantsPage } from '../../src/page/wants-page.ts';

const CHROME =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7';

test.each([
  ['a browser', CHROME],
  ['one that asks for nothing else', 'text/html'],
  ['one that takes anything, but names a page', 'text/html, */*'],
  ['one that would rather have a page', 'application/json;q=0.5, text/html'],
  ['one that refuses JSON', 'text/html;q=0.1, application/json;q=0'],
  ['one that shouts', 'TEXT/HTML; charset=utf-8'],
])('%s is given a page', (_who, accept) => {
  expect(wantsPage(accept)).toBe(true);
});

test.each([
  ['a caller that does not say', null],
  ['an empty header', ''],
  ['curl', '*/*'],
  ['a program', 'application/json'],
  ['a program that takes anything', 'application/json, text/plain, */*'],
  ['one that would rather have JSON', 'text/html;q=0.5, application/json'],
  ['one that takes both alike', 'text/html, application/json'],
  ['one that would rather have anything else', 'text/html;q=0.5, */*'],
  ['one that refuses a page', 'text/html;q=0, */*;q=0.1'],
  ['one that names text at large', 'text/*'],
  ['nonsense', ';;,=q, text'],
])('%s is given JSON', (_who, accept) => {
  expect(wantsPage(accept)).toBe(false);
});
