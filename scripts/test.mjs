// Runs the tests and prints, as the last line, `N passed, N failed, N skipped`. Arguments go to jest as they are.
//
// It fails where a test or a suite failed, where no test ran, and where a test was skipped without saying why: the
// full name of a test that cannot run everywhere contains `[skipped: ` and the reason. Tests that were left out by
// -t are not held to that.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChild } from './child.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);
const chosenByName = args.some((argument) => /^(-t|--testNamePattern)(=|$)/.test(argument));

const folder = mkdtempSync(join(tmpdir(), 'test-results-'));
const resultsFile = join(folder, 'results.json');
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const command = [process.execPath, jest, ...args, '--json', `--outputFile=${resultsFile}`];
const jestCode = await runChild(command, { cwd: root, shell: false });
const results = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : null;
rmSync(folder, { recursive: true, force: true });

const counts = count(results?.testResults ?? []);
const problems = [];
if (results === null) problems.push('jest left no results: see its message above.');
else if (counts.passed + counts.failed === 0) problems.push('no test ran.');
if (!chosenByName) {
  for (const name of counts.unexplained) problems.push(`skipped without a [skipped: reason] in its name: ${name}`);
}
if (jestCode !== 0 && counts.failed === 0) problems.push(`jest ended with ${jestCode}.`);
for (const problem of problems) process.stderr.write(`${problem}\n`);

process.stdout.write(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = counts.failed > 0 || problems.length > 0 ? jestCode || 1 : 0;

/** What the suites' results add up to; a suite that failed without a failed test, in loading say, is one failure. */
function count(suites) {
  const tests = suites.flatMap((suite) => suite.assertionResults);
  const broken = suites.filter((suite) => suite.status === 'failed' && !suite.assertionResults.some(hasFailed));
  const skipped = tests.filter((test) => test.status !== 'passed' && !hasFailed(test));
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: tests.filter(hasFailed).length + broken.length,
    skipped: skipped.length,
    unexplained: skipped.map((test) => test.fullName).filter((name) => !/\[skipped: [^\]]+\]/.test(name)),
  };
}

function hasFailed(test) {
  return test.status === 'failed';
}
