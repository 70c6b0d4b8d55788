// What one operation of the app takes: calls, executions, seconds, log lines and bytes. scripts/cost.mjs reckons with
// these numbers; --write puts them where it reads them.
//
//   node scripts/measure-operations.mjs [--write]
//
// Everything is counted on the whole system on this machine, at the deployment's pace of four calls a second, which is
// what decides how long a sweep or a copy takes. Of each operation two sizes are measured, and what comes with each
// project, or with each page of images, is told apart from what comes with any.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { advance, eventsOf, projectSeed, startSystem, sweep, until, untilKept } from './measure/system.mjs';

const APP = 'dist/main.cjs';
const FIGURES = new URL('measure/operations.json', import.meta.url);
const PACE = 4;
const IMPORT_IN_SECONDS = 60;
const WEEK_IN_SECONDS = 7 * 86_400;
/** After half of the default objective labels are read again, where lastModified is not known to move with an edit. */
const HALF_OF_OBJECTIVE_IN_SECONDS = 3_600;
const FEW = 4;
const MANY = 20;
const PAGE = 256;
const PAGES = 8;
/** Where so long nothing was called or logged, all work that a sweep made has ended. */
const SETTLING_IN_MS = 12_000;

const { values } = parseArgs({ options: { write: { type: 'boolean' } } });
// Each on a system of its own, side by side: nearly all of the time is spent on waiting for the pace.
const small = ofSmallProjects();
const [counts, ofPages, ofPackage] = await Promise.all([small, ofImages(small), ofPackages(small)]);
const figures = {
  measuredWith: `node scripts/measure-operations.mjs, Node.js ${process.version}, on ${new Date().toISOString().slice(0, 10)}`,
  callsPerSecond: PACE,
  importInSeconds: IMPORT_IN_SECONDS,
  ...counts,
  ...ofPages,
  package: ofPackage,
};
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
if (values.write) writeFileSync(FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
else if (JSON.stringify(strip(JSON.parse(readFileSync(FIGURES, 'utf8')))) !== JSON.stringify(strip(figures))) {
  process.stdout.write('The calls differ from those in scripts/measure/operations.json; --write puts these there.\n');
}

/** Sweeps over few and over many unchanged projects, and how those projects were copied. */
async function ofSmallProjects() {
  const system = await start({});
  try {
    await addAndCopy(system, 0, FEW);
    const few = await measured(system, () => sweep(system.host));
    const copied = await addAndCopy(system, FEW, MANY);
    const many = await measured(system, () => sweep(system.host));
    const perProject = map2(many, few, (more, less) => (more - less) / (MANY - FEW));
    const fixed = map2(few, perProject, (whole, part) => whole - part * FEW);
    // The sweep that finds the new projects is counted with sweeps: what is left is the copies' own.
    const sweepOfMany = map2(fixed, perProject, (one, part) => one + part * MANY);
    const copy = map2(copied, sweepOfMany, (whole, part) => (whole - part) / (MANY - FEW));
    await advance(system.host, HALF_OF_OBJECTIVE_IN_SECONDS);
    const compared = await measured(system, () => sweep(system.host));
    const labels = map2(compared, many, (whole, part) => (whole - part) / MANY);
    await advance(system.host, WEEK_IN_SECONDS);
    const proofs = await measured(system, () => sweep(system.host));
    const proof = map2(proofs, many, (whole, part) => (whole - part) / MANY);
    const [each, whole] = [rounded(perProject), rounded(fixed)];
    return { sweep: whole, look: each, copy: rounded(copy), labels: rounded(labels), proof: rounded(proof) };
  } finally {
    await system.stop();
  }
}

/** What each further page of images adds to a copy, and to a proof. */
async function ofImages(small) {
  const system = await start({});
  try {
    await copyOne(system, 1, 100);
    const large = await copyOne(system, 2, 100 + PAGES * PAGE);
    const unchanged = await measured(system, () => sweep(system.host));
    await advance(system.host, WEEK_IN_SECONDS);
    const proofs = await measured(system, () => sweep(system.host));
    const { copy, proof } = await small;
    const copyPerPage = map2(large, map2(copy, unchanged, sum), (whole, part) => (whole - part) / PAGES);
    const ofTwo = map2(unchanged, proof, (one, other) => one + 2 * other);
    const proofPerPage = map2(proofs, ofTwo, (whole, part) => (whole - part) / PAGES);
    return { imagesPerPage: PAGE, copyPerPage: rounded(copyPerPage), proofPerPage: rounded(proofPerPage) };
  } finally {
    await system.stop();
  }
}

/** What one package of a trained project adds to its copy. */
async function ofPackages(small) {
  const system = await start({ EXPORT_PLATFORMS: 'ONNX' });
  try {
    const { host, primary } = system;
    await copyOne(system, 1, 100, { domain: 'General (compact)', iterations: [{}] });
    await untilKept(host, 1);
    const unchanged = await measured(system, () => sweep(host));
    const [project] = primary.resource.projects;
    primary.resource.addIteration(project.id);
    let sweeps = 0;
    const changed = await measured(system, async () => {
      await sweep(host);
      await until(host, 'it was copied', () => eventsOf(host.lines, 'project.protected').length >= 2);
      sweeps = 1 + (await untilKept(host, 2));
    });
    const { copy } = await small;
    const others = map2(unchanged, copy, (one, other) => sweeps * one + other);
    return rounded(map2(changed, others, (whole, part) => whole - part));
  } finally {
    await system.stop();
  }
}

function start(settings) {
  return startSystem({
    app: APP,
    importInSeconds: IMPORT_IN_SECONDS,
    callsPerSecond: 10,
    settings: { CALLS_PER_SECOND: String(PACE), ...settings },
  });
}

async function addAndCopy(system, from, to) {
  for (let number = from; number < to; number += 1) await system.primary.resource.addProject(projectSeed(number, 100));
  return measured(system, async () => {
    await sweep(system.host);
    await until(system.host, 'all were protected', () => isProtected(system.host, to));
  });
}

async function copyOne(system, nth, images, more = {}) {
  await system.primary.resource.addProject({ ...projectSeed(nth, images), ...more });
  return measured(system, async () => {
    await sweep(system.host);
    await until(system.host, 'it was protected', () => isProtected(system.host, nth));
  });
}

function isProtected(host, count) {
  return new Set(eventsOf(host.lines, 'project.protected').map(({ projectId }) => projectId)).size >= count;
}

/** What happened while something was done, up to the end of the work that it made. */
async function measured(system, act) {
  const { primary, secondary, host } = system;
  primary.calls.clear();
  secondary.calls.clear();
  const from = host.lines.length;
  await act();
  const stand = () => [host.lines.length, primary.calls.all.length, secondary.calls.all.length].join();
  for (let before = ''; before !== stand();) {
    before = stand();
    await sleep(SETTLING_IN_MS);
  }
  const lines = host.lines.slice(from);
  const times = host.times.slice(from);
  const logged = lines.filter((line) => line.startsWith('{"event":'));
  const runs = lines.flatMap((line, index) => {
    const run = /^host: (?:error: )?(\w+) (?:succeeded|failed) after (\d+) ms/.exec(line);
    return run === null ? [] : [{ name: run[1], from: times[index] - Number(run[2]), to: times[index] }];
  });
  return {
    primaryCalls: primary.calls.all.length,
    secondaryCalls: secondary.calls.all.length,
    executions: runs.length,
    activeSeconds: activeSeconds(runs),
    logLines: logged.length,
    logBytes: logged.reduce((bytes, line) => bytes + Buffer.byteLength(line), 0),
  };
}

/**
 * How long instances were at work, as Flex Consumption bills it: each function on an instance of its own, on which
 * runs at the same time count once; a second at least, and full tenths of a second.
 */
function activeSeconds(runs) {
  let seconds = 0;
  for (const name of new Set(runs.map((run) => run.name))) {
    const own = runs.filter((run) => run.name === name).toSorted((one, other) => one.from - other.from);
    let [start, end] = [own[0].from, own[0].to];
    for (const { from, to } of [...own.slice(1), { from: Infinity, to: Infinity }]) {
      if (from <= end) {
        end = Math.max(end, to);
        continue;
      }
      seconds += Math.max(1, Math.ceil((end - start) / 100) / 10);
      [start, end] = [from, to];
    }
  }
  return seconds;
}

function sum(one, other) {
  return one + other;
}

function map2(one, other, combine) {
  return Object.fromEntries(Object.entries(one).map(([name, value]) => [name, combine(value, other[name])]));
}

function rounded(counts) {
  return Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, Math.round(value * 100) / 100]));
}

/** What depends on nothing but the app: the calls. Times and lengths vary a little from run to run. */
function strip({ sweep: { primaryCalls, secondaryCalls }, look }) {
  return [primaryCalls, secondaryCalls, look.primaryCalls, look.secondaryCalls];
}
