import type { ReplicaPublication } from '../../../src/core/content/publications.ts';
import {
  afterPublicationStep,
  nextPublicationStep,
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

describe('what is wanted of a replica', () => {
  const matches = [
    { source: 'Iteration 1', id: 'A' },
    { source: 'Iteration 2', id: 'B' },
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
