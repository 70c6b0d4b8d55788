import { createScope, projectPatterns } from '../../src/settings/scope.ts';

const SHOP = { id: '0f8fad5b-d9cb-469f-a165-70867728950e', name: 'Shop Fronts' };
const FARM = { id: '7c9e6679-7425-40de-944b-e07fc1f90ae7', name: 'Farm/Äpfel (1)' };

function matches(pattern: string, name: string): boolean {
  return createScope(projectPatterns.schema.parse(pattern), []).exclusionOf({ ...SHOP, name }) === null;
}

describe('a pattern for projects', () => {
  it.each([
    ['Shop Fronts', 'Shop Fronts'],
    ['shop fronts', 'Shop Fronts'],
    ['shop*', 'Shop Fronts'],
    ['*fronts', 'Shop Fronts'],
    ['s?op*', 'Shop Fronts'],
    ['*', 'a/b'],
    ['farm*', 'Farm/Äpfel (1)'],
    ['*ÄPFEL*', 'Farm/Äpfel (1)'],
    ['Farm/Äpfel (1)', 'Farm/Äpfel (1)'],
    ['* (?)', 'Farm/Äpfel (1)'],
    ['.hid*', '.hidden'],
    ['[a]+{b}|^$!@*', '[a]+{b}|^$!@c'],
    ['a\\b*', 'a\\bc'],
    ['!x', '!x'],
    ['?', '🌹'],
    ['?', '👩‍🔬'],
    ['?', '🇨🇭'],
    ['x?c', 'xa\u0308c'],
    ['?pfel', 'A\u0308pfel'],
    ['Äpfel', 'A\u0308PFEL'],
    ['A\u0308pfel', 'äpfel'],
    ['*caf\u00e9*', 'Cafe\u0301 front'],
    ['a*c', 'a\nb\r\nc'],
    ['a?c', 'a\nc'],
    ['a?c', 'a\u2028c'],
    ['*', ''],
    ['*', '..'],
    ['?', '.'],
    ['..', '..'],
    ['../*', '../up'],
    ['a/../*', 'a/../b'],
    ['*/..', 'a/..'],
    ['./?', './a'],
    ['**', 'a/b'],
    ['a**b', 'ab'],
    ['a/**/b', 'a/x/b'],
    ['*.*.*', 'a.b.c'],
    ['*ab*ab', 'xabyabab'],
    ['[?]', '[a]'],
    ['{*}', '{a/b}'],
    ['100%', '100%'],
    ['~*', '~home'],
    ['#?', '#1'],
    ['İzmir', 'İzmir'],
    ['straße *', 'Straße 7'],
  ])('%j matches %j', (pattern, name) => {
    expect(matches(pattern, name)).toBe(true);
  });

  it.each([
    ['shop', 'Shop Fronts'],
    ['fronts*', 'Shop Fronts'],
    ['[ab]', 'a'],
    ['(a|b)', 'a'],
    ['!x', 'y'],
    ['a.c', 'abc'],
    ['?', 'ab'],
    ['?', ''],
    ['??', '🌹'],
    ['a/**/b', 'a/b'],
    ['*a', 'ab'],
    ['a?', 'a'],
    ['.', '..'],
    ['a', 'a\n'],
    ['a*b', 'a\nb\n'],
    ['[!a]', 'b'],
    ['Apfel', 'Äpfel'],
  ])('%j does not match %j', (pattern, name) => {
    expect(matches(pattern, name)).toBe(false);
  });

  it('that is an id matches that project, whatever it is called', () => {
    const scope = createScope(projectPatterns.schema.parse(SHOP.id.toUpperCase()), []);
    expect(scope.exclusionOf(SHOP)).toBeNull();
    expect(scope.exclusionOf({ ...FARM, name: SHOP.id })).not.toBeNull();
  });

  it('with many stars is decided at once, whatever the name', () => {
    expect(matches('*a'.repeat(40) + 'b', 'a'.repeat(4_000))).toBe(false);
    expect(matches('*a'.repeat(40) + '*b', `${'a'.repeat(4_000)}b`)).toBe(true);
  });

  it('has to name something', () => {
    expect(projectPatterns.schema.safeParse(' , ').success).toBe(false);
  });
});

describe('the scope', () => {
  const patterns = (list: string) => projectPatterns.schema.parse(list);

  it('is everything where nothing is said', () => {
    const scope = createScope(null, []);
    expect(scope.exclusionOf(SHOP)).toBeNull();
    expect(scope.unmatched([])).toEqual([]);
  });

  it('says why a project is left out', () => {
    const scope = createScope(patterns('farm*, shop*'), patterns('*fronts'));
    expect(scope.exclusionOf(FARM)).toBeNull();
    expect(scope.exclusionOf(SHOP)).toBe("EXCLUDE_PROJECTS has '*fronts'");
    expect(scope.exclusionOf({ ...SHOP, name: 'Roads' })).toBe('INCLUDE_PROJECTS does not name it');
  });

  it('names a project only by its id', () => {
    const scope = createScope(patterns(`*,${SHOP.id.toUpperCase()}`), patterns(FARM.id));
    expect(scope.names(SHOP.id)).toBe(true);
    expect(scope.names(FARM.id)).toBe(false);
  });

  it('tells which entries match no project', () => {
    const scope = createScope(patterns(`shop*,Rivers,${FARM.id}`), patterns('*-test'));
    expect(scope.unmatched([SHOP, FARM])).toEqual(['INCLUDE_PROJECTS: Rivers', 'EXCLUDE_PROJECTS: *-test']);
  });
});
