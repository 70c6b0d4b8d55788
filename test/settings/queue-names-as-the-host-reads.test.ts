import { z } from 'zod';
import { bindings } from '../../src/app/bindings.ts';
import { CONNECTION, readSettings, rowsOf } from './functions-host/rows.ts';

const queueNames = rowsOf(
  'queue-names.jsonl',
  z.object({ name: z.string().nullable(), accepted: z.literal(true).optional(), refused: z.string().optional() }),
);

describe('the name of the notification queue', () => {
  const readName = (name: string) => readSettings({ REPLICATOR_STORAGE: CONNECTION, NOTIFICATION_QUEUE: name });

  it.each(queueNames)('is taken only where the host takes it: $name', ({ name, accepted }) => {
    if (name === null) {
      // The host refuses a %NAME% that nothing answers; without the setting, it is given the default itself.
      expect(bindings({}).notificationQueue).toBe('custom-vision-notifications');
      return;
    }
    const { config, problems } = readName(name);
    const bound = bindings({ NOTIFICATION_QUEUE: name }).notificationQueue;
    if (config === null) {
      expect(problems.map(({ setting }) => setting)).toEqual(['NOTIFICATION_QUEUE']);
      expect(bound).toBe('custom-vision-notifications');
      return;
    }
    expect(accepted).toBe(true);
    expect(config.notificationQueue).toBe(name.toLowerCase());
    expect(bound).toBe('%NOTIFICATION_QUEUE%');
  });

  it('that the host takes and this app does not has other letters, or no room for the poison queue’s', () => {
    const names = queueNames.flatMap(({ name, accepted }) => (accepted === true && name !== null ? [name] : []));
    const refused = names.filter((name) => readName(name).config === null);
    const long = names.filter((name) => name.length > 56);
    expect(refused.sort()).toEqual([...new Set([...long, 'ümlaut'])].sort());
  });
});
