import { readRetryAfter } from '../../src/customvision/retry-after.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const DAY = 86_400;

describe('how long the service asks to wait, by its words', () => {
  it.each<[string, number | null]>([
    ['Please retry after 1 second.', 1],
    ['Please retry after 1.5 seconds.', 1.5],
    ['Retry after 500 ms.', 0.5],
    ['Please retry after 30 sec', 30],
    ['Rate limit is exceeded. Try again in 26 seconds.', 26],
    ['Please try again in 5 minutes.', 300],
    ['Please wait 2 hours before you call again.', 7_200],
    ['retry after 9 days', 9 * DAY],
    ['Out of call volume quota. Quota will be replenished in 9 days.', 9 * DAY],
    ['Out of call volume quota. Quota will be replenished in 12.03:04:05.', 12 * DAY + 3 * 3_600 + 4 * 60 + 5],
    ['Out of call volume quota. Quota will be replenished in 03:04:05.', 3 * 3_600 + 4 * 60 + 5],
    ['Quota will be replenished in 1 hour and 30 minutes.', 5_400],
    ['Quota will be replenished in 2 days, 3 hours.', 2 * DAY + 3 * 3_600],
    ['Please retry after 1 second 429 calls were made.', 1],
    ['Retry after 12 projects.', null],
    ['You have used 12 minutes.', null],
    ['Too many.', null],
  ])('%s', (message, expected) => {
    expect(readRetryAfter(undefined, message, NOW)).toBe(expected);
  });
});

describe('how long the service asks to wait, by the header', () => {
  it.each([
    ['43200', 43_200],
    ['Thu, 01 Jan 2026 00:02:00 GMT', 120],
    ['Thursday, 01-Jan-26 00:02:00 GMT', 120],
    ['Thu Jan  1 00:02:00 2026', 120],
    ['Thu, 01 Jan 2025 00:02:00 GMT', 0],
  ])('%s', (header, expected) => {
    expect(readRetryAfter(header, 'Retry after 9 days.', NOW)).toBe(expected);
  });
});
