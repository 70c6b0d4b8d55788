import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reasonToSkip, root, runScript } from './compiler.ts';

const checkInfra = 'scripts/check-infra.mjs';
const OPTIONS = 'test/infra/options';
const CHECKED = [
  'infra',
  'docs',
  'src/settings',
  'src/core',
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

/** The only mutation whose folder has a set of options to compare with: each costs a quarter of a second. */
const OF_THE_DEFAULTS = 'another value in what is deployed';

// prettier-ignore
const MUTATIONS: readonly Mutation[] = [
  { name: 'a secret in an output', path: 'infra/main.bicep', from: 'output ALERTS string = isNobodyTold', to: 'output ALERTS string = empty(alertWebhookUri)', problem: "secure value 'alertWebhookUri' (outputs-should-not-contain-secrets)" },
  { name: 'an output that a module lacks', path: 'infra/main.bicep', from: 'identity.outputs.clientId', to: 'identity.outputs.clientID', problem: 'The type "outputs" does not contain property "clientID"' },
  { name: 'an output of a module that may be left out', path: 'infra/main.bicep', from: 'trial!.outputs', to: 'trial.outputs', problem: '(BCP318)' },
  { name: 'a module in a wrong scope', path: 'infra/main.bicep', from: "module storage 'modules/storage.bicep' = {\n  name: 'storage'\n  scope: resources\n", to: "module storage 'modules/storage.bicep' = {\n  name: 'storage'\n", problem: 'Scope "subscription" is not valid for this module' },
  { name: 'a resource in a wrong scope', path: 'infra/modules/key-vault-access.bicep', from: '  scope: vault\n', to: '  scope: subscription()\n', problem: '(BCP139)' },
  { name: 'a resource named by a run-time value', path: 'infra/modules/storage.bicep', from: 'name: guid(account.id, appPrincipalId, blobDataOwner)', to: 'name: guid(account.properties.primaryEndpoints.blob)', problem: '(BCP120)' },
  { name: 'guid() without arguments', path: 'infra/modules/workbook.bicep', from: "guid(resourceGroup().id, 'custom-vision-replicator')", to: 'guid()', problem: 'Expected at least 1 argument, but got 0' },
  { name: 'a mistyped property in an expression', path: 'infra/modules/account-endpoint.bicep', from: 'account.properties.endpoint', to: 'account.properties.endpiont', problem: 'does not contain property "endpiont"' },
  { name: 'a cycle', path: 'infra/main.bicep', from: "name: 'id-${token}'", to: 'name: storage.outputs.name', problem: 'cycle' },
  { name: 'a mistyped property', path: 'infra/modules/storage.bicep', from: 'allowSharedKeyAccess:', to: 'allowSharedKeysAccess:', problem: 'Did you mean "allowSharedKeyAccess"? (BCP089)' },
  { name: 'a property of a property', path: 'infra/modules/app.bicep', from: 'instanceMemoryMB:', to: 'instanceMemoryMb:', problem: '"instanceMemoryMb"' },
  { name: 'a property in a loop', path: 'infra/modules/alerts.bicep', from: 'windowSize:', to: 'windowSizes:', problem: '"windowSizes"' },
  { name: 'a missing property', path: 'infra/modules/storage.bicep', from: '  sku: { name: sku }\n', to: '', problem: 'missing the following required properties: "sku"' },
  { name: 'a value of another type', path: 'infra/modules/monitoring.bicep', from: 'retentionInDays: 90', to: "retentionInDays: '90'", problem: '(BCP036)' },
  { name: 'a parameter of another type', path: 'infra/modules/app.bicep', from: 'maximumInstanceCount: maximumInstanceCount', to: 'maximumInstanceCount: packageContainer', problem: 'expected a value of type "int' },
  { name: 'a mistyped resource type', path: 'infra/modules/identity.bicep', from: 'userAssignedIdentities@', to: 'userAssignedIdentitys@', problem: 'does not have types available' },
  { name: 'an API version that is not the newest', path: 'infra/modules/identity.bicep', from: '@2024-11-30', to: '@2023-01-31', problem: '(use-recent-api-versions)' },
  { name: 'a type that says nothing', path: 'infra/modules/identity.bicep', from: 'param tags { *: string }', to: 'param tags object', problem: '(use-user-defined-types)' },
  { name: 'broken syntax', path: 'infra/modules/identity.bicep', from: '  tags: tags\n}', to: '  tags: tags\n', problem: 'infra/modules/identity.bicep' },
  { name: 'a mistyped variable', path: 'infra/main.bicep', from: 'location: location', to: 'location: locaton', problem: '"locaton" does not exist' },
  { name: 'a variable that is not used', path: 'infra/modules/identity.bicep', from: 'param location string', to: "var unused = 'x'\nparam location string", problem: '(no-unused-vars)' },
  { name: 'a mistyped function', path: 'infra/main.bicep', from: 'uniqueString(', to: 'uniqString(', problem: '"uniqString" does not exist' },
  { name: 'a mistyped parameter of a module', path: 'infra/main.bicep', from: 'appPrincipalId: identity', to: 'principalId: identity', problem: '"principalId" is not allowed' },
  { name: 'a parameter that a module lacks', path: 'infra/main.bicep', from: "    access: 'target'\n", to: '', problem: 'missing the following required properties: "access"' },
  { name: 'a query that is not there', path: 'infra/modules/alerts.bicep', from: 'alert-brake.kql', to: 'alert-brakes.kql', problem: 'alert-brakes.kql' },
  { name: OF_THE_DEFAULTS, path: 'infra/modules/monitoring.bicep', from: 'retentionInDays: 90', to: 'retentionInDays: 30', problem: '  kept    properties.retentionInDays: 90\n  now     properties.retentionInDays: 30' },
  { name: 'a mistyped parameter in the parameter file', path: 'infra/main.bicepparam', from: 'param dryRun', to: 'param dryrun', problem: '"dryrun"' },
  { name: 'another default in the parameter file', path: 'infra/main.bicepparam', from: "'PT2H'", to: "'PT4H'", problem: 'recoveryPointObjective is PT4H here and PT2H in infra/main.bicep' },
  { name: 'a parameter that azd can not set', path: 'infra/main.bicepparam', from: "param storageSku = readEnvironmentVariable('STORAGE_SKU', 'Standard_ZRS')\n", to: '', problem: 'storageSku is not there' },
  { name: 'a service without a function app', path: 'infra/main.bicep', from: "'azd-service-name': 'app'", to: "'azd-service-name': 'web'", problem: 'no function app has the tag azd-service-name: app' },
  { name: 'a mistyped key in azure.yaml', path: 'azure.yaml', from: 'remoteBuild:', to: 'remotebuild:', problem: 'the service app has no remotebuild' },
  { name: 'a script that is not there', path: 'azure.yaml', from: 'run: npm run package', to: 'run: npm run pakage', problem: 'package.json has no script pakage' },
  { name: 'a mistyped setting in Bicep', path: 'infra/main.bicep', from: '      REPLICATION_SCHEDULE:', to: '      REPLICATION_SHEDULE:', problem: 'REPLICATION_SHEDULE is not known to the code' },
  { name: 'a setting that Bicep lacks', path: 'infra/main.bicep', from: "      INTEGRATION_STORAGE__credential: 'managedidentity'\n", to: '', problem: 'INTEGRATION_STORAGE__credential is missing' },
  { name: 'a setting that the code lost', path: 'src/settings/settings.ts', from: "name: 'GENERATIONS_TO_KEEP'", to: "name: 'COPIES_TO_KEEP'", problem: 'infra/main.bicep:1: GENERATIONS_TO_KEEP is not known' },
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
  { name: 'an alert that is split by a column its query lacks', path: 'infra/modules/alerts.bicep', from: "splitBy: 'resourceName'", to: "splitBy: 'resourceTitle'", problem: 'gives no column resourceTitle' },
];

const reason = reasonToSkip();
const describeChecks = reason === '' ? describe : describe.skip;

describeChecks(`npm run check:infra${reason === '' ? '' : ` [skipped: ${reason}]`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-infra-'));
  let problems: string[][] = [];

  /** A copy of what is checked, with one text in one file replaced. */
  function copy({ path, from, to }: Pick<Mutation, 'path' | 'from' | 'to'>, name: string): string {
    const target = join(folder, name);
    for (const part of CHECKED) cpSync(join(root, part), join(target, part), { recursive: true });
    const text = readFileSync(join(target, path), 'utf8');
    if (!text.includes(from)) throw new Error(`${path} has no text "${from}" to replace.`);
    writeFileSync(
      join(target, path),
      text.replace(from, () => to),
    );
    return target;
  }

  beforeAll(() => {
    // What the table of settings is made with; the copies are below.
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const untouched = copy({ path: 'azure.yaml', from: 'name:', to: 'name:' }, 'untouched');
    cpSync(join(root, OPTIONS), join(untouched, OPTIONS), { recursive: true });
    const folders = MUTATIONS.map((mutation, index) => copy(mutation, String(index)));
    const deployed = MUTATIONS.findIndex(({ name }) => name === OF_THE_DEFAULTS);
    for (const file of ['defaults.bicepparam', 'defaults.txt']) {
      cpSync(join(root, OPTIONS, file), join(folder, String(deployed), OPTIONS, file));
    }
    const { status, stdout, stderr } = runScript([checkInfra, '--json', untouched, ...folders]);
    if (status !== 0) throw new Error(`check-infra.mjs ended with ${String(status)}: ${stderr}`);
    problems = JSON.parse(stdout) as string[][];
  }, 600_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('finds nothing wrong with the infrastructure as it is, for any set of options', () => {
    expect(problems[0]).toEqual([]);
  });

  it.each(MUTATIONS.map((mutation, index) => [mutation.name, mutation.problem, index] as const))(
    'finds %s',
    (_name, problem, index) => {
      expect(problems[index + 1]).toContainEqual(expect.stringContaining(problem));
    },
  );
});
