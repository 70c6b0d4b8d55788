// What the app takes in a month, in quantities: calls, executions, GB-seconds, log, alert rules. With unit prices that
// you give, also what that costs; there are none in here, since they differ by region, contract and month.
//
//   node scripts/cost.mjs --projects 10,100,300 --schedule-minutes 30 --copies-per-project 2
//   node scripts/cost.mjs --help
//
// It reckons with scripts/measure/operations.json, which scripts/measure-operations.mjs measures.
import { Command, InvalidArgumentError } from 'commander';
import { readFileSync } from 'node:fs';

const DAYS = 30;
const MINUTES = DAYS * 24 * 60;
/** A copy's labels are read again between the fourth and the sixth day, which is every fifth on average. */
const DAYS_BETWEEN_PROOFS = 5;
const COUNTS = ['primaryCalls', 'secondaryCalls', 'executions', 'activeSeconds', 'logLines', 'logBytes'];

const command = new Command('node scripts/cost.mjs')
  .description('What the app takes in a month of 30 days, and what that costs at the prices that you give.')
  .option('--projects <numbers>', 'projects in scope; several, separated by commas, are columns', list, [10, 100, 300])
  .option('--schedule-minutes <minutes>', 'between two sweeps: REPLICATION_SCHEDULE', positive, 30)
  .option('--copies-per-project <number>', 'how often a project changes in a month, so that it is copied', number, 2)
  .option('--objective-minutes <minutes>', 'RECOVERY_POINT_OBJECTIVE', positive, 120)
  .option('--labels-hinted', 'sweep.labelEdits of status is `moves`: labels need not be read to know the lag', false)
  .option('--images <number>', 'images of a project', number, 1_000)
  .option(
    '--platforms <number>',
    'how many model packages are backed up after each change: EXPORT_PLATFORMS',
    number,
    0,
  )
  .option('--instance-memory-mb <megabytes>', 'instanceMemoryInMegabytes: 512, 2048 or 4096', positive, 512)
  .option('--no-alerts', 'no alert rules')
  .option(
    '--bytes-per-execution <bytes>',
    'log that the host itself writes for each execution; ask your workspace',
    number,
    0,
  )
  .option('--price-call <price>', 'of one Custom Vision call', number)
  .option('--price-execution <price>', 'of one execution', number)
  .option('--price-gb-second <price>', 'of one GB-second', number)
  .option('--price-log-gb <price>', 'of one GB of log that is taken in', number)
  .option('--price-rule-5-minutes <price>', 'of an alert rule that is looked at every 5 minutes, for a month', number)
  .option('--price-rule-15-minutes <price>', 'of one that is looked at every 15 minutes, for a month', number)
  .option('--json', 'print JSON')
  .allowExcessArguments(false)
  .parse();

const options = command.opts();
const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const figures = JSON.parse(read('measure/operations.json'));
const columns = options.projects.map((projects) =>
  monthOf({ ...options, projects }, figures, rulesIn(read('../infra/modules/alerts.bicep'))),
);
process.stdout.write(options.json ? `${JSON.stringify(columns, null, 2)}\n` : tableOf(columns));

/** A month of one installation. Bytes are the app's own lines; what the host adds comes from the option. */
function monthOf(given, measured, rules) {
  const { projects, scheduleMinutes, copiesPerProject, images, platforms } = given;
  // The first page is part of any copy.
  const furtherPages = Math.max(0, Math.ceil(images / measured.imagesPerPage) - 1);
  const sweeps = MINUTES / scheduleMinutes;
  const copies = projects * copiesPerProject;
  const proofs = (projects * DAYS) / DAYS_BETWEEN_PROOFS;
  // Once in each half of the objective, and no more often than a sweep finds that it is time.
  const readings = given.labelsHinted ? 0 : projects * Math.min(sweeps, MINUTES / (given.objectiveMinutes / 2));
  const of = (name) =>
    sweeps * (measured.sweep[name] + projects * measured.look[name]) +
    copies * (measured.copy[name] + furtherPages * measured.copyPerPage[name]) +
    proofs * (measured.proof[name] + furtherPages * measured.proofPerPage[name]) +
    readings * (measured.labels[name] + furtherPages * sourcesShareOf(measured.proofPerPage, name)) +
    copies * platforms * measured.package[name];
  const counts = Object.fromEntries(COUNTS.map((name) => [name, of(name)]));
  const month = {
    projects,
    sweeps,
    customVisionCalls: Math.round(counts.primaryCalls + counts.secondaryCalls),
    callsToPrimary: Math.round(counts.primaryCalls),
    callsToSecondary: Math.round(counts.secondaryCalls),
    executions: Math.round(counts.executions),
    gbSeconds: Math.round((counts.activeSeconds * given.instanceMemoryMb) / 1_024),
    secondsOfOneSweep: Math.round(measured.sweep.activeSeconds + projects * measured.look.activeSeconds),
    logLines: Math.round(counts.logLines),
    logMegabytes: Math.round((counts.logBytes + counts.executions * given.bytesPerExecution) / 1e5) / 10,
    alertRulesEvery5Minutes: given.alerts ? rules.page : 0,
    alertRulesEvery15Minutes: given.alerts ? rules.warn : 0,
  };
  return { ...month, cost: costOf(month, given) };
}

/** A proof reads a page of both sides; labels are read on the primary alone. */
function sourcesShareOf(proofPerPage, name) {
  if (name === 'secondaryCalls') return 0;
  return name === 'primaryCalls' ? proofPerPage[name] : proofPerPage[name] / 2;
}

/** Null where no price was given: a sum of some of the parts would pass for the whole. */
function costOf(month, given) {
  const parts = {
    calls: [month.customVisionCalls, given.priceCall],
    executions: [month.executions, given.priceExecution],
    gbSeconds: [month.gbSeconds, given.priceGbSecond],
    log: [month.logMegabytes / 1_000, given.priceLogGb],
    rules5: [month.alertRulesEvery5Minutes, given.priceRule5Minutes],
    rules15: [month.alertRulesEvery15Minutes, given.priceRule15Minutes],
  };
  const priced = Object.entries(parts).filter(([, [, price]]) => price !== undefined);
  if (priced.length === 0) return null;
  const each = Object.fromEntries(priced.map(([name, [quantity, price]]) => [name, quantity * price]));
  const unpriced = Object.keys(parts).filter((name) => !(name in each));
  return { ...each, sum: Object.values(each).reduce((sum, part) => sum + part, 0), unpriced };
}

/** How many rules the deployment makes that page, and how many that only warn: these are looked at more rarely. */
function rulesIn(bicep) {
  const count = (severity) => [...bicep.matchAll(new RegExp(`^ {4}severity: ${severity}$`, 'gm'))].length;
  const [page, warn] = [count('page'), count('warn')];
  if (page === 0 || warn === 0)
    throw new Error('infra/modules/alerts.bicep lists no rules in the form that is read here.');
  return { page, warn };
}

function tableOf(months) {
  const rows = [
    ['projects', ({ projects }) => projects],
    ['Custom Vision calls', ({ customVisionCalls }) => customVisionCalls],
    ['  to the primary', ({ callsToPrimary }) => callsToPrimary],
    ['  to the secondary', ({ callsToSecondary }) => callsToSecondary],
    ['executions', ({ executions }) => executions],
    ['GB-seconds', ({ gbSeconds }) => gbSeconds],
    ['seconds of one sweep', ({ secondsOfOneSweep }) => secondsOfOneSweep],
    ['log lines', ({ logLines }) => logLines],
    ['log, MB', ({ logMegabytes }) => logMegabytes],
    ['alert rules, every 5 min', ({ alertRulesEvery5Minutes }) => alertRulesEvery5Minutes],
    ['alert rules, every 15 min', ({ alertRulesEvery15Minutes }) => alertRulesEvery15Minutes],
  ];
  const parts = Object.keys(months[0].cost ?? {}).filter((name) => name !== 'unpriced');
  for (const part of parts) rows.push([`cost: ${part}`, ({ cost }) => Math.round(cost[part] * 100) / 100]);
  const lines = rows.map(([name, value]) => {
    const cells = months.map((month) => value(month).toLocaleString('en-US').padStart(14));
    return `${name.padEnd(28)}${cells.join('')}`;
  });
  const unpriced = months[0].cost?.unpriced ?? [];
  if (unpriced.length > 0) lines.push(`No price was given for: ${unpriced.join(', ')}. The sum is without.`);
  return `${lines.join('\n')}\n`;
}

function number(text) {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0)
    throw new InvalidArgumentError('Expected a number of at least 0.');
  return value;
}

function positive(text) {
  if (number(text) === 0) throw new InvalidArgumentError('Expected a number above 0.');
  return Number(text);
}

function list(text) {
  return text.split(',').map(positive);
}
