import { isBackupItem, WORK_REASONS, workItemSchema } from '../../../src/core/facts/work-item.ts';
import { SOURCE_ID } from '../../support/builders.ts';

const trigger = { schemaVersion: 1, projectId: SOURCE_ID, reason: 'sweep' };
const item = { ...trigger, wakeId: null };

test.each(WORK_REASONS)('a work item comes back from the queue as it was sent: %s', (reason) => {
  const sent = { ...item, reason, wakeId: reason === 'wake' ? 'wake-1' : null };
  expect(workItemSchema.parse(JSON.parse(JSON.stringify(sent)))).toEqual(sent);
});

test('work on backups names its iteration and how often it was tried', () => {
  const sent = { ...item, reason: 'export-completed', iterationId: SOURCE_ID, attempts: 3 };
  const read = workItemSchema.parse(JSON.parse(JSON.stringify(sent)));
  expect(read).toEqual(sent);
  expect([isBackupItem(read), isBackupItem(workItemSchema.parse(trigger))]).toEqual([true, false]);
});

test('a trigger needs no wake', () => {
  expect(workItemSchema.parse(trigger)).toEqual(item);
});

test.each([
  ['of another version', { ...item, schemaVersion: 2 }],
  ['for a reason that is not known', { ...item, reason: 'whim' }],
  ['for a project that is no GUID', { ...item, projectId: '../sweep' }],
  ['for an iteration that is no GUID', { ...item, reason: 'backups', iterationId: '../x' }],
  ['for no project', { schemaVersion: 1, reason: 'sweep' }],
  ['that is text', 'sweep'],
  ['that is null', null],
])('a work item is refused %s', (_what, received) => {
  expect(workItemSchema.safeParse(received).success).toBe(false);
});
