import { asId, guidSchema, isGuid } from '../../../src/core/facts/guid.ts';
import { parseNotification } from '../../../src/core/facts/notification.ts';
import { workItemSchema } from '../../../src/core/facts/work-item.ts';

const ID = 'bc3f7dad-5544-468c-8573-3ef04d55463e';
const SHOUTED = ID.toUpperCase();

test('an id is in lower case wherever one is read, so that ids are compared as they are', () => {
  expect(guidSchema.parse(SHOUTED)).toBe(ID);
  expect(asId(SHOUTED)).toBe(ID);
  expect(workItemSchema.parse({ schemaVersion: 1, projectId: SHOUTED, reason: 'sweep' }).projectId).toBe(ID);
  const text = JSON.stringify({ type: 'ConnectionTest', Content: { projectId: SHOUTED } });
  expect(parseNotification(text)).toMatchObject({ notification: { projectId: ID } });
});

test('what is no GUID is told as such, and stays as it is', () => {
  expect(isGuid(SHOUTED)).toBe(true);
  expect(isGuid('Cats')).toBe(false);
  expect(asId('Cats')).toBe('Cats');
});
