import { WORK_REASONS, workItemSchema } from '../../src/core/work-item.ts';
import { SOURCE_ID } from '../support/builders.ts';

const trigger = { schemaVersion: 1, projectId: SOURCE_ID, reason: 'sweep' };
const item = { ...trigger, wakeId: null };

test.each(WORK_REASONS)('a work item comes back from the queue as it was sent: %s', (reason) => {
  const sent = { ...item, reason, wakeId: reason === 'wake' ? 'wake-1' : null };
  expect(workItemSchema.parse(JSON.parse(JSON.stringify(sent)))).toEqual(sent);
});

test('a trigger needs no wake', () => {
  expect(workItemSchema.parse(trigger)).toEqual(item);
});

test.each([
  ['of another version', { ...item, schemaVersion: 2 }],
  ['for a reason that is not known', { ...item, reason: 'whim' }],
  ['for a project that is no GUID', { ...item, projectId: '../sweep' }],
  ['for no project', { schemaVersion: 1, reason: 'sweep' }],
  ['that is text', 'sweep'],
  ['that is null', null],
])('a work item is refused %s', (_what, received) => {
  expect(workItemSchema.safeParse(received).success).toBe(false);
});
