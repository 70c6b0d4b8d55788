import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findCompiler, reasonToSkip, root } from './compiler.ts';

/** Variables of azd, the parameters that they become, and values that have to arrive there as they are. */
const VALUES: readonly (readonly [variable: string, parameter: string, value: string, expected: unknown])[] = [
  ['INCLUDE_PROJECTS', 'includeProjects', 'signs "north", back\\slash', 'signs "north", back\\slash'],
  ['EXCLUDE_PROJECTS', 'excludeProjects', "it's ${X} $(y) %z% ä", "it's ${X} $(y) %z% ä"],
  ['EXPORT_PLATFORMS', 'exportPlatforms', 'ONNX,\nTensorFlow', 'ONNX,\nTensorFlow'],
  ['ALERT_WEBHOOK_URI', 'alertWebhookUri', 'https://example.org/?a=1&b={"c":2}', 'https://example.org/?a=1&b={"c":2}'],
  ['REPLICATION_SCHEDULE', 'replicationSchedule', '0 0 * * * *', '0 0 * * * *'],
  ['GENERATIONS_TO_KEEP', 'generationsToKeep', '3', 3],
  ['DRY_RUN', 'dryRun', 'true', true],
  ['INSTANCE_MEMORY_IN_MEGABYTES', 'instanceMemoryInMegabytes', '512', 512],
];

interface Answer {
  readonly status: number | null;
  readonly parameters: Record<string, { value: unknown }>;
  readonly stderr: string;
}

/** What azd runs before a deployment, with the variables of its environment. */
function buildParameters(environment: Record<string, string>): Answer {
  const { status, stdout, stderr } = spawnSync(
    findCompiler().answer,
    ['build-params', join(root, 'infra', 'main.bicepparam'), '--stdout'],
    {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1',
        AZURE_ENV_NAME: 'test',
        AZURE_LOCATION: 'northeurope',
        ...environment,
      },
    },
  );
  if (status !== 0) return { status, parameters: {}, stderr };
  const { parametersJson } = JSON.parse(stdout) as { parametersJson: string };
  return { status, stderr, ...(JSON.parse(parametersJson) as Pick<Answer, 'parameters'>) };
}

const reason = reasonToSkip();
const describeParameters = reason === '' ? describe : describe.skip;

describeParameters(`the parameter file${reason === '' ? '' : ` [skipped: ${reason}]`}`, () => {
  let given: Answer['parameters'] = {};

  beforeAll(() => {
    const answer = buildParameters(Object.fromEntries(VALUES.map(([variable, , value]) => [variable, value])));
    if (answer.status !== 0) throw new Error(answer.stderr);
    given = answer.parameters;
  }, 60_000);

  it.each(VALUES)('hands %s on to %s as it is: %j', (_variable, parameter, _value, expected) => {
    expect(given[parameter]?.value).toEqual(expected);
  });

  it('refuses a text where a truth value is asked for, and names the parameter', () => {
    const { status, stderr } = buildParameters({ DRY_RUN: 'perhaps' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('Failed to evaluate parameter "dryRun"');
  }, 60_000);
});
