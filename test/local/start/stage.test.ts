import { parseConfig } from '../../../src/settings/parse-config.ts';
import { appSettings } from '../../../src/local/start/stage.ts';

const backend = {
  azurite: { connectionString: () => 'UseDevelopmentStorage=true' },
  primary: { url: 'http://127.0.0.1:1001', key: 'one' },
  secondary: { url: 'http://127.0.0.1:1002', key: 'two' },
};

test.each([1, 12])('the app takes the settings of the demo at speed %d', (speed) => {
  const { config, problems } = parseConfig(appSettings(backend, speed));
  expect(problems).toEqual([]);
  expect(config).toMatchObject({
    primary: { trainingEndpoint: 'http://127.0.0.1:1001', key: 'one' },
    secondary: { trainingEndpoint: 'http://127.0.0.1:1002', key: 'two' },
    callsPerSecond: 8 * speed,
    dryRun: false,
  });
});
