import { App } from '../../src/app/app.ts';

const SETTINGS = {
  PRIMARY_TRAINING_ENDPOINT: 'https://north.cognitiveservices.azure.com',
  SECONDARY_TRAINING_ENDPOINT: 'https://west.cognitiveservices.azure.com',
  REPLICATOR_STORAGE: 'UseDevelopmentStorage=true',
};

/** What an app of these settings logs in its first three invocations, each line after its level. */
function logOf(settings: Readonly<Record<string, string>>) {
  const lines: unknown[] = [];
  const app = new App({ ...SETTINGS, ...settings });
  for (const operationId of ['first', 'second', 'third']) {
    const write = (level: string, line: string) =>
      void lines.push([level, JSON.parse(line) as Record<string, unknown>]);
    app.look({ operationId, write });
  }
  return lines;
}

describe('the first invocation', () => {
  it('tells that a schedule can wait for longer than the objective, once', () => {
    expect(logOf({ REPLICATION_SCHEDULE: '0 */10 8-18 * * 1-5' })).toEqual([
      [
        'warn',
        expect.objectContaining({
          event: 'schedule.sparse',
          schedule: '0 */10 8-18 * * 1-5',
          longestWaitSeconds: 220_200,
          recoveryPointObjectiveSeconds: 7_200,
          operationId: 'first',
        }),
      ],
    ]);
  });

  it.each([
    {},
    { REPLICATION_SCHEDULE: '0 0 */2 * * *' },
    { RECOVERY_POINT_OBJECTIVE: 'P3D', REPLICATION_SCHEDULE: '0 0 3 * * 1-5' },
  ])('tells nothing where sweeps alone can keep it: %j', (settings) => {
    expect(logOf(settings)).toEqual([]);
  });

  it('tells once what is wrong with the settings', () => {
    expect(logOf({ REPLICATION_SCHEDULE: '0 0 3 * * FRI-SUN' })).toEqual([
      ['error', expect.objectContaining({ event: 'settings.invalid', operationId: 'first' })],
    ]);
  });
});
