import { receivedAt } from '../../src/app/triggers.ts';

const NOW = new Date('2026-03-01T08:00:00.000Z');

test.each([
  [
    'as old as the host says',
    { insertionTime: '2026-02-28T23:59:30+00:00', sys: { utcNow: '2026-03-01T00:00:00Z' } },
    30,
  ],
  ['by this clock, where the host does not tell its own', { insertionTime: '2026-03-01T07:59:00+00:00' }, 60],
  ['new where nothing is known of it', {}, 0],
  ['new where what is said of it makes no sense', { insertionTime: 'yesterday', sys: 'x' }, 0],
  ['not from the future', { insertionTime: '2026-03-01T09:00:00+00:00' }, 0],
])('a message is %s', (_, facts, ageInSeconds) => {
  const { at, messageId } = receivedAt(facts, NOW);
  expect((NOW.getTime() - Date.parse(at)) / 1_000).toBe(ageInSeconds);
  expect(messageId).toBeNull();
});

test('a message is known by its id', () => {
  expect(receivedAt({ id: 'm-1' }, NOW).messageId).toBe('m-1');
});
