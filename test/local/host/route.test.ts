import { compareRoutes, matchRoute, parseRoute } from '../../../src/local/host/route.ts';

describe('a route', () => {
  test.each([
    ['status', 'status', {}],
    ['status', 'Status/', {}],
    ['projects/{id}', 'projects/4f%2Fa%20b', { id: '4f%2Fa b' }],
    ['projects/{id}/tags/{tag}', 'projects/1/tags/2', { id: '1', tag: '2' }],
    ['projects/{id?}', 'projects', {}],
    ['projects/{id?}', 'projects/7', { id: '7' }],
    ['files/{*path}', 'files/a/b.txt', { path: 'a/b.txt' }],
    ['{ignored:maxlength(0)?}', '', {}],
    ['items/{id:maxlength(2)}', 'items/ab', { id: 'ab' }],
  ])('%s fits %s', (template, path, parameters) => {
    expect(matchRoute(parseRoute(template), path)).toEqual(parameters);
  });

  test.each([
    ['status', 'status/more'],
    ['status', 'statu'],
    ['projects/{id}', 'projects'],
    ['projects/{id}', 'projects/1/2'],
    ['projects/{id}', 'projects//1'],
    ['status', 'status//'],
    ['{ignored:maxlength(0)?}', 'a'],
    ['items/{id:maxlength(2)}', 'items/abc'],
  ])('%s does not fit %s', (template, path) => {
    expect(matchRoute(parseRoute(template), path)).toBeNull();
  });

  test('is tried before a less literal one', () => {
    const templates = ['{*rest}', 'items/{id}', 'items/all'];
    const sorted = templates.map(parseRoute).sort(compareRoutes);
    expect(sorted.map(({ template }) => template)).toEqual(['items/all', 'items/{id}', '{*rest}']);
  });

  test.each(['items/{id:guid}', 'items/{id', 'items/a{id}'])('refuses the template %s', (template) => {
    expect(() => parseRoute(template)).toThrow('does not understand');
  });
});
