import { parseConfig } from '../../../src/settings/parse-config.ts';
import { SETTINGS } from '../../../src/settings/settings.ts';
import { hostEnvironment } from '../../../src/local/start/host-environment.ts';

const backend = {
  azurite: { connectionString: () => 'UseDevelopmentStorage=true' },
  primary: { url: 'http://127.0.0.1:1001', key: 'one' },
  secondary: { url: 'http://127.0.0.1:1002', key: 'two' },
};

describe('the settings of the demonstration', () => {
  test.each([1, 12])('are such that the app takes them at speed %d', (speed) => {
    const { config, problems } = parseConfig(hostEnvironment(backend, speed, {}));
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      primary: { trainingEndpoint: 'http://127.0.0.1:1001', key: 'one' },
      secondary: { trainingEndpoint: 'http://127.0.0.1:1002', key: 'two' },
      integrationStorage: null,
      callsPerSecond: 8 * speed,
      dryRun: false,
    });
  });

  test("take nothing from the developer's own", () => {
    const names = [...SETTINGS.map(({ name }) => name), 'AzureWebJobsStorage', 'AZURE_CLIENT_ID', 'HTTP_PROXY'];
    const own = Object.fromEntries(names.map((name) => [name, 'real']));
    const environment = hostEnvironment(backend, 1, { ...own, PATH: '/bin', HOME: undefined });
    expect(Object.values(environment)).not.toContain('real');
    expect(environment).toMatchObject({ PATH: '/bin' });
    expect(environment).not.toHaveProperty('HOME');
  });
});
