import { projectNamed, UnknownName } from '../../src/cli/names.ts';

const named = (name: string, digit: number) => ({ id: `${String(digit).repeat(8)}-0000-4000-8000-000000000000`, name });
const PROJECTS = [named('Cats', 1), named('Cats of the north', 2), named('dogs', 3), named('Dogs', 4), named('Öl', 5)];

test.each([
  ['its whole name, though others begin so', 'Cats', 'Cats'],
  ['the beginning of its name', 'cats of', 'Cats of the north'],
  ['its name in the case that it has', 'dogs', 'dogs'],
  ['its id', '44444444-0000-4000-8000-000000000000', 'Dogs'],
  ['the beginning of its id', '1111', 'Cats'],
  ['its name in any composition', 'O\u0308l', 'Öl'],
])('a project is found by %s', (_what, text, name) => {
  expect(projectNamed(text, PROJECTS).name).toBe(name);
});

test('what may be more than one, or none, is said with what there is', () => {
  expect(() => projectNamed('DOGS', PROJECTS)).toThrow('may be any of: dogs (33333333), Dogs (44444444)');
  expect(() => projectNamed('birds', PROJECTS)).toThrow(UnknownName);
  expect(() => projectNamed('birds', PROJECTS)).toThrow('There are: Cats (11111111)');
  expect(() => projectNamed('birds', [])).toThrow('the first sweep lists them');
});
