import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTANTS } from './mutants.ts';
import { broken } from './run-mutants.ts';

const ROOT = join(__dirname, '..', '..', '..');

test.each(MUTANTS.map((mutant) => [`${mutant.file}: ${mutant.does}`, mutant] as const))(
  '%s still applies',
  (_name, mutant) => {
    const text = readFileSync(join(ROOT, mutant.file), 'utf8');
    expect(broken(mutant, text)).not.toBe(text);
  },
);

test('there are as many as were promised, each told apart', () => {
  expect(MUTANTS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(MUTANTS.map(({ file, does }) => `${file} ${does}`)).size).toBe(MUTANTS.length);
});

test('a break whose text is not there exactly once is told, not passed over', () => {
  const [mutant] = MUTANTS;
  expect(() => broken(mutant!, 'something else')).toThrow('holds 0 times');
  expect(() => broken(mutant!, mutant!.find + mutant!.find)).toThrow('holds 2 times');
});
