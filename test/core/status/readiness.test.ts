import type { Generation, ReplicaRecord } from '../../../src/core/facts/record.ts';
import { isOnAnotherModel, readinessOf } from '../../../src/core/status/readiness.ts';
import {
  aGeneration,
  aRecord,
  aRecordFailure,
  aRecordInSync,
  aSnapshot,
  guid,
  timeAfter,
} from '../../support/builders.ts';
import { aSpare, PRODUCTION } from '../../support/planning.ts';

const SERVING = { publishes: true, predictionEndpoint: 'https://dr.example' };
const publications = [{ iteration: 'Iteration 1', publishName: 'production' }];

const withCurrent = (changes: Partial<Generation>) => aRecordInSync({ generations: [aGeneration(changes)] });
const ofSource = (record: ReplicaRecord) => ({ ...record, source: aSnapshot({ publications }) });
const serving = ofSource(withCurrent({ published: [PRODUCTION], seenAt: timeAfter(50) }));

test('a copy that is published as its source is, is ready, as of the last look at it', () => {
  expect(readinessOf(serving, SERVING)).toEqual({ state: 'ready', reasons: [], lookedAt: timeAfter(50) });
});

test('a look that is too old tells nothing any more', () => {
  const isLate = (lookedAt: string) => lookedAt === timeAfter(50);
  expect(readinessOf(serving, { ...SERVING, isLate })).toMatchObject({ state: 'unknown', lookedAt: timeAfter(50) });
});

test('a source that publishes nothing has nobody to send to the copy', () => {
  expect(readinessOf(aRecordInSync(), SERVING)).toMatchObject({ state: 'nothing-served', reasons: [] });
  expect(readinessOf(aRecord({ source: aSnapshot({}) }), SERVING).state).toBe('nothing-served');
});

test.each(['refused', 'quota', 'wait', 'not-found', 'bug', 'auth', 'transient'])(
  'a copy is as ready as it was, whatever failed for the next one: %s',
  (failureClass) => {
    const failure = aRecordFailure({ class: failureClass, needsPerson: true, nextAttemptAt: null });
    expect(readinessOf({ ...serving, failure }, SERVING).state).toBe('ready');
  },
);

test('goes by what the source publishes now, else by what it did when it was copied', () => {
  const holds = aSnapshot({ publications });
  expect(readinessOf({ ...withCurrent({ holds }), source: null }, SERVING).state).toBe('not-ready');
  expect(readinessOf(withCurrent({ holds }), SERVING).state).toBe('nothing-served');
});

const unverified = ofSource(withCurrent({ published: [PRODUCTION], verifiedAt: null }));
const lacking = ofSource(aRecordInSync());
const changed = {
  ...serving,
  failure: aRecordFailure({ class: 'diverged', code: 'REPLICA_CHANGED', needsPerson: true }),
};

test.each<[what: string, record: ReplicaRecord | null, settings: Partial<typeof SERVING>, reasons: RegExp[]]>([
  ['there is no record', null, {}, [/no verified copy/]],
  ['there is no copy', ofSource(aRecord()), {}, [/no verified copy/]],
  [
    'no copy was verified',
    ofSource(aRecord({ generations: [aSpare(1, { verifiedAt: null })] })),
    {},
    [/no verified copy/],
  ],
  ['copies are not published', serving, { publishes: false }, [/SECONDARY_PREDICTION_RESOURCE_ID/]],
  ['clients are told no endpoint', serving, { predictionEndpoint: null as never }, [/SECONDARY_PREDICTION_ENDPOINT/]],
  ['a publication is lacking', lacking, {}, [/production \(Iteration 1\)/]],
  ['somebody changed the copy', changed, {}, [/changed/]],
  [
    'more than one thing is missing: all are told',
    lacking,
    { predictionEndpoint: null as never },
    [/SECONDARY_PREDICTION_ENDPOINT/, /production/],
  ],
])('a copy is not ready where %s', (_what, record, settings, reasons) => {
  const readiness = readinessOf(record, { ...SERVING, ...settings });
  expect(readiness.state).toBe('not-ready');
  expect(readiness.reasons).toHaveLength(reasons.length);
  reasons.forEach((reason, index) => expect(readiness.reasons[index]).toMatch(reason));
});

test('a copy in use that failed its verification is not current, and not ready', () => {
  expect(readinessOf(unverified, SERVING)).toMatchObject({ state: 'not-ready' });
});

describe('by the iteration as well as by the name', () => {
  const moved = aSnapshot({
    models: [200, 201].map((id) => ({ id: guid(id), name: `Iteration ${id - 199}`, trainedAt: null, domainId: null })),
    publications: [{ iteration: 'Iteration 2', publishName: 'production', iterationId: guid(201) }],
  });
  const standing = (sourceIterationId: string | undefined, holds = moved) => {
    const published = [{ ...PRODUCTION, sourceIterationId }];
    return readinessOf({ ...withCurrent({ published, holds }), source: moved }, SERVING);
  };

  test('not where the copy has the right one and answers with another', () => {
    expect(standing(guid(200))).toMatchObject({ state: 'not-ready' });
    expect(standing(guid(200)).reasons).toEqual(['production answers on the copy with another model than Iteration 2']);
    expect(standing(guid(201)).state).toBe('ready');
  });

  test('where the copy has not got it yet, and answers as the source did: it is behind, and serves', () => {
    const earlier = { ...moved, revision: 'r1-earlier', models: moved.models!.slice(0, 1) };
    expect(standing(guid(200), earlier).state).toBe('ready');
  });

  test('by the name alone where a record of an earlier version knows no more', () => {
    expect(standing(undefined).state).toBe('ready');
    expect(isOnAnotherModel(aGeneration({ published: [PRODUCTION] }), moved.publications[0]!)).toBe(false);
  });
});
