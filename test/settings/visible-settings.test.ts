import { SETTINGS } from '../../src/settings/settings.ts';
import { visibleSettings } from '../../src/settings/visible-settings.ts';

test('what is told of settings is every one that is set, and no secret', () => {
  const env = Object.fromEntries(SETTINGS.map(({ name }) => [name, ` value of ${name} `]));
  const told = visibleSettings({ ...env, OTHER: 'x', DRY_RUN: ' ' });
  const left = SETTINGS.map(({ name }) => name).filter((name) => !(name in told));
  expect(left.sort()).toEqual([
    'DRY_RUN',
    'INTEGRATION_STORAGE',
    'PRIMARY_TRAINING_KEY',
    'REPLICATOR_STORAGE',
    'SECONDARY_TRAINING_KEY',
  ]);
  expect(told['SHRINK_LIMIT']).toBe('value of SHRINK_LIMIT');
  expect(told).not.toHaveProperty('OTHER');
});
