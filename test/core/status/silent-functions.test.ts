import {
  newSigns,
  withLook,
  withSign,
  type QueueFound,
  type Signs,
  type VisibleMessage,
} from '../../../src/core/facts/signs.ts';
import { silentFunctions } from '../../../src/core/status/silent-functions.ts';
import { after } from '../../support/builders.ts';

const WORK = { functionName: 'replicationWork', queue: 'replication-work' };
const MINUTE = 60;
/** Looks are half an hour apart at most here. */
const nextLookBy = (lookedAt: Date) => new Date(lookedAt.getTime() + 45 * MINUTE * 1_000);

const message = (messageId: string, dequeueCount = 0): VisibleMessage => ({ messageId, dequeueCount });

/** What happens to the function and to its queue, each at a time in minutes: a look finds messages, or the function runs. */
type Story = readonly (readonly [minutes: number, what: readonly VisibleMessage[] | 'ran' | 'failed'])[];

function signsAfter(story: Story, start: Signs = newSigns(after(0))): Signs {
  return story.reduce((signs, [minutes, what]) => {
    const now = after(minutes * MINUTE);
    if (what === 'ran') return withSign(signs, WORK.functionName, now);
    const failure = { code: 'AuthorizationFailure', message: 'No.', hint: 'Check.' };
    const found: QueueFound = what === 'failed' ? { failure } : { messages: what };
    return withLook(signs, WORK, found, now, nextLookBy);
  }, start);
}

const silentAt = (story: Story, minutes: number): string[] =>
  silentFunctions(signsAfter(story), after(minutes * MINUTE)).map(({ name }) => name);

describe('a function that takes messages is silent', () => {
  it.each<[string, Story]>([
    [
      'where the same message waits at two looks twenty minutes apart',
      [
        [0, [message('a')]],
        [20, [message('a')]],
      ],
    ],
    [
      'where it waits at many looks',
      [
        [0, [message('a')]],
        [10, [message('a')]],
        [19, [message('a')]],
        [25, [message('a')]],
      ],
    ],
    [
      'where others have come before it',
      [
        [0, [message('a')]],
        [30, [message('b'), message('a')]],
      ],
    ],
    [
      'where it ran before the message came',
      [
        [0, 'ran'],
        [1, [message('a')]],
        [31, [message('a')]],
      ],
    ],
    [
      'where a look between failed',
      [
        [0, [message('a')]],
        [15, 'failed'],
        [30, [message('a')]],
      ],
    ],
    [
      'where only a clock that was far ahead says that it ran',
      [
        [500, 'ran'],
        [0, [message('a')]],
        [30, [message('a')]],
      ],
    ],
  ])('%s', (_, story) => {
    expect(silentAt(story, 31)).toEqual(['replicationWork']);
  });
});

describe('a function that takes messages is not silent', () => {
  it.each<[string, Story]>([
    [
      'where its queue is empty',
      [
        [0, []],
        [30, []],
      ],
    ],
    ['where nobody has looked twice', [[0, [message('a')]]]],
    [
      'where the two looks were less than twenty minutes apart',
      [
        [0, [message('a')]],
        [19, [message('a')]],
      ],
    ],
    [
      'where the message is invisible while a long invocation works on it',
      [
        [0, [message('a')]],
        [30, []],
      ],
    ],
    [
      'where it took that message and another waits',
      [
        [0, [message('a')]],
        [30, [message('b')]],
      ],
    ],
    [
      'where it took the message, failed and has it back',
      [
        [0, [message('a', 1)]],
        [30, [message('a', 2)]],
      ],
    ],
    [
      'where it ran since the message was first seen',
      [
        [0, [message('a')]],
        [3, 'ran'],
        [30, [message('a')]],
      ],
    ],
    [
      'where it has begun to run again',
      [
        [0, [message('a')]],
        [30, [message('a')]],
        [31, 'ran'],
      ],
    ],
    [
      'where looks were missed, since the app was stopped',
      [
        [0, [message('a')]],
        [46, [message('a')]],
      ],
    ],
    [
      'where looks failed for so long',
      [
        [0, [message('a')]],
        [30, 'failed'],
        [50, [message('a')]],
      ],
    ],
  ])('%s', (_, story) => {
    expect(silentAt(story, 60)).toEqual([]);
  });

  it('but is, one sweep after the app was started again, if it still takes nothing', () => {
    const story: Story = [
      [0, [message('a')]],
      [300, [message('a')]],
      [330, [message('a')]],
    ];
    expect(silentAt(story, 330)).toEqual(['replicationWork']);
  });

  it('where the setting names another queue since', () => {
    const before = signsAfter([[0, [message('a')]]]);
    const renamed = { ...WORK, queue: 'another' };
    const signs = withLook(before, renamed, { messages: [message('a')] }, after(30 * MINUTE), nextLookBy);
    expect(silentFunctions(signs, after(31 * MINUTE))).toEqual([]);
  });
});

test('what is silent is told with its queue, since when something waits, and when it last ran', () => {
  const signs = signsAfter([
    [0, 'ran'],
    [1, [message('a')]],
    [31, [message('a')]],
  ]);
  expect(silentFunctions(signs, after(40 * MINUTE))).toEqual([
    {
      name: 'replicationWork',
      queue: 'replication-work',
      since: after(MINUTE).toISOString(),
      lastRanAt: after(0).toISOString(),
    },
  ]);
});

describe('the timer that measures', () => {
  it.each([
    ['ran six and a half hours ago', 390, []],
    ['ran longer ago than that', 391, ['tellMetrics']],
  ])('%s', (_, minutes, silent) => {
    const signs = withSign(newSigns(after(-86_400)), 'tellMetrics', after(0));
    expect(silentFunctions(signs, after(minutes * MINUTE)).map(({ name }) => name)).toEqual(silent);
  });

  it('that never ran counts from when signs began to be kept, so that an update of the app calls nothing silent', () => {
    expect(silentFunctions(null, after(86_400))).toEqual([]);
    expect(silentFunctions(newSigns(after(0)), after(MINUTE))).toEqual([]);
    expect(silentFunctions(newSigns(after(0)), after(86_400))).toMatchObject([
      { name: 'tellMetrics', lastRanAt: null },
    ]);
  });
});

test('a queue that says nothing leaves nothing to be written', () => {
  const signs = newSigns(after(0));
  expect(withLook(signs, WORK, { messages: [] }, after(60), nextLookBy)).toBe(signs);
  const emptied = signsAfter([
    [0, [message('a')]],
    [30, []],
  ]);
  expect(withLook(emptied, WORK, { messages: [] }, after(3_600), nextLookBy)).toBe(emptied);
});
