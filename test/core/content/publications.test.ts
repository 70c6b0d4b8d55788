import type { ReplicaPublication } from '../../../src/core/content/publications.ts';
import {
  afterPublicationStep,
  nextPublicationStep,
  publicationsSeen,
  standingRefusals,
  wantedPublications,
} from '../../../src/core/content/publications.ts';

/** Each entry an iteration and the name it answers under: `A:p1 B:p2`. */
function parse(text: string): ReplicaPublication[] {
  const entries = text.split(' ').filter((entry) => entry !== '');
  return entries.map((entry) => {
    const [iterationId = '', publishName = ''] = entry.split(':');
    return { iterationId, publishName };
  });
}

function show(publications: readonly ReplicaPublication[]): string {
  return publications.map(({ iterationId, publishName }) => `${iterationId}:${publishName}`).join(' ');
}

/** The calls that lead from what is published to what is wanted; fails where they do not end. */
function callsBetween(published: string, wanted: string): string[] {
  const calls: string[] = [];
  let now = parse(published);
  for (;;) {
    const next = nextPublicationStep(parse(wanted), now);
    if (next === null) break;
    now = afterPublicationStep(now, next);
    calls.push(`${next.do} ${show([next.publication])}`);
    if (calls.length > 12) throw new Error(`no end from "${published}" to "${wanted}": ${calls.join(', ')}`);
  }
  expect(show(now).split(' ').toSorted()).toEqual(wanted.split(' ').toSorted());
  return calls;
}

describe('the next call', () => {
  test.each([
    ['none where all is as it is wanted', 'A:p B:q', 'B:q A:p', []],
    ['a publication where one is lacking', '', 'A:p', ['publish A:p']],
    ['the end of one that is no longer wanted', 'A:p', '', ['unpublish A:p']],
    ['one call where a name moves to another iteration', 'A:p', 'B:p', ['publish B:p']],
    ['two where an iteration gets another name', 'A:p', 'A:q', ['unpublish A:p', 'publish A:q']],
    ['publications before ends', 'A:p', 'B:q', ['publish B:q', 'unpublish A:p']],
  ])('is %s', (_what, published, wanted, calls) => {
    expect(callsBetween(published, wanted)).toEqual(calls);
  });
});

describe('a name that is wanted before and after', () => {
  test('is never given up where another iteration can take it over at once', () => {
    const calls = ['publish B:production', 'publish A:previous'];
    expect(callsBetween('A:production', 'A:previous B:production')).toEqual(calls);
    expect(callsBetween('A:production', 'B:production A:previous')).toEqual(calls);
  });

  test('is given up only where names go round in a circle, and then once', () => {
    for (const [published, wanted] of [
      ['A:p B:q', 'A:q B:p'],
      ['A:p B:q C:r', 'A:q B:r C:p'],
    ] as const) {
      const ended = callsBetween(published, wanted).filter((call) => call.startsWith('unpublish'));
      expect(ended).toHaveLength(1);
    }
  });
});

/** Every way in which some of three iterations may be published under three names, one name each. */
function everyState(): string[] {
  const extend = (iterations: readonly string[], names: readonly string[]): string[][] => {
    const [iteration, ...others] = iterations;
    if (iteration === undefined) return [[]];
    const without = extend(others, names);
    const withOne = names.flatMap((name) =>
      extend(
        others,
        names.filter((other) => other !== name),
      ).map((rest) => [`${iteration}:${name}`, ...rest]),
    );
    return [...without, ...withOne];
  };
  return extend(['A', 'B', 'C'], ['p', 'q', 'r']).map((entries) => entries.join(' '));
}

describe('from any publications to any others', () => {
  const states = everyState();

  test.each(states.map((state) => [state || 'nothing', state]))('the calls come to an end, from %s', (_what, from) => {
    expect(states.length).toBe(34);
    for (const wanted of states) {
      const reversed = wanted.split(' ').toReversed().join(' ');
      expect(callsBetween(from, wanted).length).toBeLessThanOrEqual(6);
      expect(callsBetween(from, reversed).length).toBeLessThanOrEqual(6);
    }
  });

  test('a publication that is as it is wanted is never touched, unless its name is needed elsewhere', () => {
    for (const from of states) {
      for (const wanted of states) {
        const kept = from.split(' ').filter((entry) => entry !== '' && wanted.split(' ').includes(entry));
        const touched = callsBetween(from, wanted).map((call) => call.split(' ')[1]);
        expect(touched.filter((entry) => kept.includes(entry ?? ''))).toEqual([]);
      }
    }
  });
});

describe('what is published after a call', () => {
  test('is no longer the iteration that held the name', () => {
    const published = afterPublicationStep(parse('A:p B:q'), { do: 'publish', publication: parse('B:p')[0]! });
    expect(show(published)).toBe('B:p');
  });

  test('is all but the publication that was ended', () => {
    const published = afterPublicationStep(parse('A:p B:q'), { do: 'unpublish', publication: parse('A:p')[0]! });
    expect(show(published)).toBe('B:q');
  });
});

describe('what was refused', () => {
  const refused = parse('B:p');

  test('holds up no other, and whoever holds the name keeps it', () => {
    expect(nextPublicationStep(parse('B:p'), parse('A:p'), [], refused)).toBeNull();
    const other = nextPublicationStep(parse('B:p C:q'), parse('A:p'), [], refused);
    expect(other).toMatchObject({ do: 'publish', publication: { iterationId: 'C' } });
    const ended = nextPublicationStep(parse('B:p'), parse('A:p C:q'), [], refused);
    expect(ended).toMatchObject({ do: 'unpublish', publication: { iterationId: 'C' } });
  });

  test('stands for an hour, and for the resource that it was asked for', () => {
    const at = '2026-03-01T12:00:00.000Z';
    const [one] = refused.map((publication) => ({ ...publication, resourceId: '/Accounts/P', at }));
    const standing = (resourceId: string, now: string) => standingRefusals([one!], resourceId, new Date(now)).length;
    expect(standing('/accounts/p', '2026-03-01T12:59:59.000Z')).toBe(1);
    expect(standing('/accounts/p', '2026-03-01T13:00:00.000Z')).toBe(0);
    expect(standing('/accounts/other', at)).toBe(0);
    expect(standingRefusals(undefined, '/accounts/p', new Date(at))).toEqual([]);
  });
});

describe('what a look shows of what was published', () => {
  const ours = '/accounts/Ours';
  const entry = { iterationId: 'A', publishName: 'p', resourceId: ours };
  const seen = (
    published: Parameters<typeof publicationsSeen>[0]['published'],
    shown: [string, string | null][],
    resourceId: string | null = ours,
  ) => {
    const list = shown.map(([text, at]) => ({ ...parse(text)[0]!, resourceId: at }));
    const { held, unproven } = publicationsSeen({ published, foundPublished: parse('C:r') }, list, resourceId);
    return `${show(held)} | ${show(unproven)}`.trim();
  };

  test.each<[what: string, shownResourceId: string | null | undefined, shown: [string, string | null][], expected: string]>([
    ['is held where it is shown at our resource', ours, [['A:p', '/ACCOUNTS/OURS']], 'A:p |'],
    ['is held where the service shows another resource from the first look on', undefined, [['A:p', '/accounts/theirs']], 'A:p |'],
    ['is held where the service goes on showing another resource', '/accounts/theirs', [['A:p', '/accounts/Theirs']], 'A:p |'],
    ['is held where the service shows no resource', null, [['A:p', null]], 'A:p |'],
    ['is held where the service shows ours by now', null, [['A:p', ours]], 'A:p |'],
    ['is unproven where the resource that is shown is a new one', ours, [['A:p', '/accounts/theirs']], '| A:p'],
    ['is gone where the service shows nothing', ours, [], '|'],
    ['is gone where another iteration has the name', ours, [['B:p', ours]], '|'],
    ['is gone where the iteration has another name', ours, [['A:q', ours]], '|'],
    ['leaves what came along as it was found', ours, [['A:p', ours], ['C:r', null]], 'A:p | C:r'],
    ['says nothing of what somebody published', ours, [['A:p', ours], ['D:s', ours]], 'A:p |'],
  ])('%s', (_what, shownResourceId, shown, expected) => {
    expect(seen([{ ...entry, shownResourceId }], shown)).toBe(expected);
  }); // prettier-ignore

  test('is unproven where it was published to another resource than the one that is set, or nobody knows to which', () => {
    expect(seen([entry], [['A:p', ours]], '/accounts/new')).toBe('| A:p');
    expect(seen([{ iterationId: 'A', publishName: 'p' }], [['A:p', ours]])).toBe('| A:p');
  });

  test('is held wherever it is where no resource is set', () => {
    expect(seen([entry], [['A:p', ours]], null)).toBe('A:p |');
  });
});

describe('what is wanted of a replica', () => {
  const matches = [
    { source: { name: 'Iteration 1' }, id: 'A' },
    { source: { name: 'Iteration 2' }, id: 'B' },
  ];

  test('is what the source publishes, under the same names, by the replica’s own iterations', () => {
    const source = [
      { iteration: 'Iteration 2', publishName: 'production' },
      { iteration: 'Iteration 1', publishName: 'previous' },
    ];
    expect(show(wantedPublications(source, matches))).toBe('B:production A:previous');
  });

  test('leaves out what has no counterpart', () => {
    expect(wantedPublications([{ iteration: 'Iteration 3', publishName: 'p' }], matches)).toEqual([]);
  });
});
