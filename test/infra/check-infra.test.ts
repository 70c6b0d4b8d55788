import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const installed = existsSync(join(root, 'tools', 'infra', 'node_modules', '.installed-from'));
const CHECKED = [
  'infra',
  'docs',
  'src/config',
  'src/functions',
  'azure.yaml',
  'package.json',
  'local.settings.sample.json',
];

interface Mutation {
  readonly name: string;
  readonly path: string;
  readonly from: string;
  readonly to: string;
  /** What the one problem, or the first of several, says. */
  readonly problem: string;
}

// prettier-ignore
const MUTATIONS: readonly Mutation[] = [
  { name: 'a mistyped property', path: 'infra/modules/storage.bicep', from: 'allowSharedKeyAccess:', to: 'allowSharedKeysAccess:', problem: 'storageAccounts.properties has no property allowSharedKeysAccess' },
  { name: 'a property of a property', path: 'infra/modules/app.bicep', from: 'instanceMemoryMB:', to: 'instanceMemoryMb:', problem: 'scaleAndConcurrency has no property instanceMemoryMb' },
  { name: 'a property in a loop', path: 'infra/modules/alerts.bicep', from: 'windowSize:', to: 'windowSizes:', problem: 'scheduledQueryRules.properties has no property windowSizes' },
  { name: 'a missing property', path: 'infra/modules/storage.bicep', from: '  sku: { name: sku }\n', to: '', problem: 'lacks the property sku' },
  { name: 'a value of another type', path: 'infra/modules/monitoring.bicep', from: 'retentionInDays: 90', to: "retentionInDays: '90'", problem: 'has to be int' },
  { name: 'a parameter of another type', path: 'infra/modules/app.bicep', from: 'maximumInstanceCount: maximumInstanceCount', to: 'maximumInstanceCount: packageContainer', problem: 'the parameter packageContainer, which is of type string' },
  { name: 'a mistyped value', path: 'infra/modules/storage.bicep', from: "'TLS1_2'", to: "'TLS1.2'", problem: "is 'TLS1.2', but has to be TLS1_0" },
  { name: 'a mistyped resource type', path: 'infra/modules/identity.bicep', from: 'userAssignedIdentities@', to: 'userAssignedIdentitys@', problem: 'no published type is known' },
  { name: 'another API version', path: 'infra/modules/identity.bicep', from: '@2024-11-30', to: '@2023-01-31', problem: 'is checked for 2024-11-30, but declared for 2023-01-31' },
  { name: 'broken syntax', path: 'infra/modules/identity.bicep', from: '  tags: tags\n}', to: '  tags: tags\n', problem: 'infra/modules/identity.bicep' },
  { name: 'a mistyped variable', path: 'infra/main.bicep', from: 'location: location', to: 'location: locaton', problem: 'locaton is not declared' },
  { name: 'a mistyped function', path: 'infra/main.bicep', from: 'uniqueString(', to: 'uniqString(', problem: 'uniqString is not declared' },
  { name: 'a mistyped output of a module', path: 'infra/main.bicep', from: 'identity.outputs.clientId', to: 'identity.outputs.clientID', problem: 'the module identity has no output clientID' },
  { name: 'a mistyped parameter of a module', path: 'infra/main.bicep', from: 'appPrincipalId: identity', to: 'principalId: identity', problem: 'has no parameter principalId' },
  { name: 'a parameter that a module lacks', path: 'infra/main.bicep', from: "    access: 'target'\n", to: '', problem: 'needs the parameter access' },
  { name: 'a mistyped parameter in the parameter file', path: 'infra/main.parameters.json', from: '"dryRun"', to: '"dryrun"', problem: 'has no parameter dryrun' },
  { name: 'another default in the parameter file', path: 'infra/main.parameters.json', from: '=PT2H', to: '=PT4H', problem: 'is PT4H here and PT2H in infra/main.bicep' },
  { name: 'a mistyped key in azure.yaml', path: 'azure.yaml', from: 'remoteBuild:', to: 'remotebuild:', problem: 'the service app has no remotebuild' },
  { name: 'a script that is not there', path: 'azure.yaml', from: 'run: npm run package', to: 'run: npm run pakage', problem: 'package.json has no script pakage' },
  { name: 'a mistyped setting in Bicep', path: 'infra/main.bicep', from: '      REPLICATION_SCHEDULE:', to: '      REPLICATION_SHEDULE:', problem: 'REPLICATION_SHEDULE is not known to the code' },
  { name: 'a setting that Bicep lacks', path: 'infra/main.bicep', from: '      DRY_RUN: string(dryRun)\n', to: '', problem: 'DRY_RUN is missing' },
  { name: 'a setting that the code lost', path: 'src/config/settings.ts', from: "name: 'GENERATIONS_TO_KEEP'", to: "name: 'COPIES_TO_KEEP'", problem: 'infra/main.bicep:1: GENERATIONS_TO_KEEP is not known' },
  { name: 'a setting that the sample lacks', path: 'local.settings.sample.json', from: '    "CALLS_PER_SECOND": "8",\n', to: '', problem: 'local.settings.sample.json:1: CALLS_PER_SECOND is missing' },
  { name: 'a setting that the documentation lacks', path: 'docs/settings.md', from: '| `EXPORT_PLATFORMS` | no', to: '| `EXPORT_PLATFORM` | no', problem: 'docs/settings.md:1: EXPORT_PLATFORM is not known' },
  { name: 'a mistyped queue', path: 'infra/modules/storage.bicep', from: "'replication-work-poison'", to: "'replication-work-poisoned'", problem: 'replication-work-poisoned is not known' },
  { name: 'a mistyped container', path: 'infra/modules/storage.bicep', from: "'replication-state'\n", to: "'replicator-state'\n", problem: 'replicator-state is not known' },
  { name: 'a mistyped function name', path: 'docs/install.md', from: 'admin/functions/replicateOnSchedule', to: 'admin/functions/replicateOnShedule', problem: 'there is no function replicateOnShedule' },
  { name: 'a mistyped operator in a query', path: 'infra/queries/alert-stuck.kql', from: '| extend importingSeconds', to: '| extent importingSeconds', problem: 'Query operator expected' },
  { name: 'a mistyped column in a query', path: 'infra/queries/alert-stuck.kql', from: 'where importingSeconds', to: 'where importingSecond', problem: "The name 'importingSecond' does not refer" },
  { name: 'unbalanced brackets in a query', path: 'infra/queries/alert-quota-low.kql', from: 'toreal(line.targetProjects)', to: 'toreal(line.targetProjects', problem: 'alert-quota-low.kql' },
  { name: 'a mistyped event in a query', path: 'infra/queries/alert-brake.kql', from: "'brake.tripped', ", to: "'brake.triped', ", problem: 'docs/events.md has no event brake.triped' },
  { name: 'a mistyped field in a query', path: 'infra/queries/alert-quota-low.kql', from: 'line.targetProjects', to: 'line.targetProject', problem: 'none of the events that are read here has a field targetProject' },
  { name: 'a field of another event in a query', path: 'infra/queries/workbook-failures.kql', from: 'line.class', to: 'line.projects', problem: 'has a field projects' },
  { name: 'an event that the code lost', path: 'docs/events.md', from: '| `resource.calls` |', to: '| `resource.call` |', problem: 'docs/events.md has no event resource.calls' },
  { name: 'an alert that is split by a column its query lacks', path: 'infra/modules/alerts.bicep', from: "name: 'projectName'", to: "name: 'projectTitle'", problem: 'gives no column projectTitle' },
  { name: 'a query that is not there', path: 'infra/modules/alerts.bicep', from: 'alert-brake.kql', to: 'alert-brakes.kql', problem: 'there is no file infra/queries/alert-brakes.kql' },
];

const describeChecks = installed ? describe : describe.skip;
const reason = installed ? '' : ' [skipped: tools/infra is not installed, which npm run check:infra does]';

describeChecks(`npm run check:infra${reason}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-infra-'));
  let problems: string[][] = [];

  /** A copy of what is checked, with one text in one file replaced. */
  function copy({ path, from, to }: Pick<Mutation, 'path' | 'from' | 'to'>, name: string): string {
    const target = join(folder, name);
    for (const part of CHECKED) cpSync(join(root, part), join(target, part), { recursive: true });
    const text = readFileSync(join(target, path), 'utf8');
    if (!text.includes(from)) throw new Error(`${path} has no text "${from}" to replace.`);
    writeFileSync(join(target, path), text.replace(from, to));
    return target;
  }

  beforeAll(() => {
    const untouched = copy({ path: 'azure.yaml', from: 'name:', to: 'name:' }, 'untouched');
    const folders = MUTATIONS.map((mutation, index) => copy(mutation, String(index)));
    const args = [join(root, 'scripts', 'check-infra.mjs'), '--json', untouched, ...folders];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`check-infra.mjs ended with ${String(status)}: ${stderr}`);
    problems = JSON.parse(stdout) as string[][];
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('finds nothing wrong with the infrastructure as it is', () => {
    expect(problems[0]).toEqual([]);
  });

  it.each(MUTATIONS.map((mutation, index) => [mutation.name, mutation.problem, index] as const))(
    'finds %s',
    (_name, problem, index) => {
      expect(problems[index + 1]).toContainEqual(expect.stringContaining(problem));
    },
  );
});
