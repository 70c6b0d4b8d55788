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
  ])('%s matches %s', (pattern, name) => {
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
  ])('%s does not match %s', (pattern, name) => {
    expect(matches(pattern, name)).toBe(false);
  });

  it('that is an id matches that project, whatever it is called', () => {
    const scope = createScope(projectPatterns.schema.parse(SHOP.id.toUpperCase()), []);
    expect(scope.exclusionOf(SHOP)).toBeNull();
    expect(scope.exclusionOf({ ...FARM, name: SHOP.id })).not.toBeNull();
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
