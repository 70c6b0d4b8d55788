import { emptyRouting, routeTo, routingSchema, withRoute } from '../../../src/core/facts/routing.ts';
import {
  after,
  aGeneration,
  aRecord,
  aRecordInSync,
  aSnapshot,
  ENDPOINTS,
  guid,
  REPLICA_ID,
  SOURCE_ID,
  timeAfter,
} from '../../support/builders.ts';

const endpoints = ENDPOINTS;
const route = (decision: Parameters<typeof routeTo>[3] = null) =>
  routeTo(aRecordInSync(), aGeneration(), endpoints, decision);

describe('a route', () => {
  test('leads to the source and to the copy that is proven', () => {
    expect(route()).toMatchObject({
      name: 'Cats',
      primary: { predictionEndpoint: endpoints.primary, projectId: SOURCE_ID },
      secondary: {
        predictionEndpoint: endpoints.secondary,
        projectId: REPLICA_ID,
        revision: aGeneration().holds.revision,
        verifiedAt: aGeneration().verifiedAt,
      },
    });
  });

  test('says under which names the source is published', () => {
    const publications = [{ iteration: 'Iteration 1', publishName: 'production' }];
    const record = aRecordInSync({ source: aSnapshot({ publications }) });
    expect(routeTo(record, aGeneration(), endpoints, null).primary.publishNames).toEqual(['production']);
  });

  test('has the name that the source was last seen with, else the one it was copied with', () => {
    const renamed = aRecordInSync({ source: aSnapshot({ name: 'Felines' }) });
    expect(routeTo(renamed, aGeneration(), endpoints, null).name).toBe('Felines');
    expect(routeTo(aRecord({ source: null }), aGeneration(), endpoints, null).name).toBe('Cats');
  });

  test('leads to the primary where nobody has decided anything', () => {
    expect(route().active).toBe('primary');
  });

  test.each(['primary', 'secondary'] as const)(
    'leads to the %s side where somebody has decided that, whatever routing said before',
    (active) => {
      expect(route({ active }).active).toBe(active);
    },
  );

  test('says under which of the names that are wanted the copy is published, and no other', () => {
    const publications = ['a', 'b', 'c'].map((publishName) => ({ iteration: publishName, publishName }));
    const published = ['c', 'gone', 'b'].map((publishName, index) => ({ iterationId: guid(index), publishName }));
    const record = aRecordInSync({ source: aSnapshot({ publications }) });
    const { primary, secondary } = routeTo(record, aGeneration({ published }), endpoints, null);
    expect([primary.publishNames, secondary.publishNames]).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
    ]);
  });

  test('never leads to a copy that was not verified', () => {
    expect(() => routeTo(aRecordInSync(), aGeneration({ verifiedAt: null }), endpoints, null)).toThrow('verified');
  });

  test('makes up no endpoint that is not configured', () => {
    const { primary, secondary } = routeTo(aRecordInSync(), aGeneration(), { primary: null, secondary: null }, null);
    expect([primary.predictionEndpoint, secondary.predictionEndpoint]).toEqual([null, null]);
  });
});

describe('the manifest', () => {
  const other = { ...route(), name: 'Dogs' };
  const manifest = { ...emptyRouting(timeAfter(0)), projects: { [guid(7)]: other, [SOURCE_ID]: route() } };

  test('is valid, empty or not', () => {
    for (const each of [emptyRouting(timeAfter(0)), manifest]) expect(routingSchema.parse(each)).toEqual(each);
  });

  test('gets a route without touching the others', () => {
    const changed = { ...route(), active: 'secondary' as const };
    expect(withRoute(manifest, SOURCE_ID, changed, after(9))).toEqual({
      schemaVersion: 1,
      updatedAt: timeAfter(9),
      projects: { [guid(7)]: other, [SOURCE_ID]: changed },
    });
  });

  test('loses a route without touching the others', () => {
    expect(withRoute(manifest, SOURCE_ID, null, after(9)).projects).toEqual({ [guid(7)]: other });
  });

  test('is not changed in place', () => {
    const before = structuredClone(manifest);
    withRoute(manifest, SOURCE_ID, null, after(9));
    expect(manifest).toEqual(before);
  });
});
