import type { Observation } from '../../../src/core/facts/model.ts';
import { compareContent, revisionOf, snapshotOf } from '../../../src/core/content/revision.ts';
import {
  aProject,
  aSnapshot,
  aTag,
  anIteration,
  anObservation,
  contentOf,
  guid,
  someSettings,
} from '../../support/builders.ts';

interface Case {
  readonly what: string;
  readonly now: Observation;
  /** Where it differs from `anObservation()`. */
  readonly earlier?: Observation;
}

const withSettings = (changes: Parameters<typeof someSettings>[0]): Observation =>
  anObservation({ project: aProject({ settings: someSettings(changes) }) });

const twoTags = [aTag({ name: 'cat' }), aTag({ name: 'dog', id: guid(101) })];
const twoIterations = [anIteration({ name: 'Iteration 1' }), anIteration({ name: 'Iteration 2', id: guid(201) })];

describe('a revision stays the same', () => {
  const cases: Case[] = [
    {
      what: 'on a copy, where every id is another',
      now: anObservation({
        project: aProject({ id: guid(11) }),
        tags: [aTag({ id: guid(12) })],
        iterations: [anIteration({ id: guid(13) })],
      }),
    },
    {
      what: 'when times move',
      now: anObservation({
        project: aProject({ lastModified: '2026-05-05T00:00:00.000Z', created: null }),
        iterations: [anIteration({ created: null, trainedAt: '2026-05-05T00:00:00.000Z' })],
        observedAt: '2026-05-06T00:00:00.000Z',
      }),
    },
    {
      what: 'when an iteration is published',
      now: anObservation({ iterations: [anIteration({ publishName: 'production' })] }),
    },
    {
      what: 'when the project is renamed or described anew',
      now: anObservation({ project: aProject({ name: 'Felines', description: '' }) }),
    },
    {
      what: 'when the storage URIs are set',
      now: withSettings({ notificationQueueUri: 'https://q.example', exportModelContainerUri: 'https://c.example' }),
    },
    {
      what: 'when the service lists tags in another order',
      earlier: anObservation({ tags: twoTags }),
      now: anObservation({ tags: twoTags.toReversed() }),
    },
    {
      what: 'when the service lists iterations in another order',
      earlier: anObservation({ iterations: twoIterations }),
      now: anObservation({ iterations: twoIterations.toReversed() }),
    },
    {
      what: 'when the service lists platforms or augmentations in another order',
      earlier: withSettings({ targetExportPlatforms: ['CoreML', 'ONNX'] }),
      now: withSettings({
        targetExportPlatforms: ['ONNX', 'CoreML'],
        augmentationMethods: { scaling: false, rotation: true },
      }),
    },
    {
      what: 'while an iteration is new, in training or failed',
      now: anObservation({
        iterations: [
          anIteration(),
          anIteration({ name: 'Iteration 2', status: 'New' }),
          anIteration({ name: 'Iteration 3', status: 'Training' }),
          anIteration({ name: 'Iteration 4', status: 'Failed' }),
        ],
      }),
    },
  ];

  test.each(cases)('$what', ({ now, earlier = anObservation() }) => {
    expect(revisionOf(now)).toBe(revisionOf(earlier));
  });
});

describe('a revision changes', () => {
  const cases: Case[] = [
    { what: 'when an image is added', now: anObservation({ imageCount: 4 }) },
    { what: 'when images of a tag are relabelled', now: anObservation({ tags: [aTag({ imageCount: 1 })] }) },
    { what: 'when a tag is added', now: anObservation({ tags: twoTags }) },
    { what: 'when a tag is deleted', now: anObservation({ tags: [] }) },
    { what: 'when a tag is renamed', now: anObservation({ tags: [aTag({ name: 'kitten' })] }) },
    { what: 'when a tag is described anew', now: anObservation({ tags: [aTag({ description: 'a small lion' })] }) },
    { what: 'when a tag becomes negative', now: anObservation({ tags: [aTag({ type: 'Negative' })] }) },
    { what: 'when a training is completed', now: anObservation({ iterations: twoIterations }) },
    { what: 'when an iteration is deleted', now: anObservation({ iterations: [] }) },
    { what: 'when an iteration is renamed', now: anObservation({ iterations: [anIteration({ name: 'best' })] }) },
    {
      what: 'when an iteration of that name comes from another domain',
      now: anObservation({ iterations: [anIteration({ domainId: guid(901) })] }),
    },
    {
      what: 'when an iteration of that name was trained in another way',
      now: anObservation({ iterations: [anIteration({ trainingType: 'Advanced' })] }),
    },
    { what: 'when the domain changes', now: withSettings({ domainId: guid(901) }) },
    { what: 'when the classification type changes', now: withSettings({ classificationType: 'Multilabel' }) },
    { what: 'when a target platform is added', now: withSettings({ targetExportPlatforms: ['ONNX'] }) },
    { what: 'when the negative set is switched off', now: withSettings({ useNegativeSet: false }) },
    { what: 'when detection parameters are set', now: withSettings({ detectionParameters: 'x' }) },
    { what: 'when an augmentation is switched', now: withSettings({ augmentationMethods: { rotation: false } }) },
  ];

  test.each(cases)('$what', ({ now }) => {
    expect(revisionOf(now)).not.toBe(revisionOf(anObservation()));
  });

  test('when two tags swap their image counts', () => {
    const [cat, dog] = [aTag({ name: 'cat', imageCount: 3 }), aTag({ name: 'dog', imageCount: 5 })];
    const swapped = [aTag({ name: 'cat', imageCount: 5 }), aTag({ name: 'dog', imageCount: 3 })];
    expect(revisionOf(anObservation({ tags: swapped }))).not.toBe(revisionOf(anObservation({ tags: [cat, dog] })));
  });
});

test('a revision says by which method it was computed', () => {
  expect(revisionOf(anObservation())).toMatch(/^r1-[0-9a-f]{64}$/);
});

describe('a snapshot', () => {
  test('keeps what is brought in line without a new copy: name, description and publications', () => {
    const iterations = [
      anIteration({ name: 'Iteration 2', publishName: 'staging' }),
      anIteration({ name: 'Iteration 1', publishName: 'production' }),
      anIteration({ name: 'Iteration 3', publishName: null }),
    ];
    expect(snapshotOf(anObservation({ iterations }), null)).toMatchObject({
      name: 'Cats',
      description: 'cats and no cats',
      publications: [
        { iteration: 'Iteration 1', publishName: 'production' },
        { iteration: 'Iteration 2', publishName: 'staging' },
      ],
    });
  });

  test('has no digest where the images were not paged', () => {
    expect(snapshotOf(anObservation(), null).digest).toBeNull();
    expect(snapshotOf(anObservation(), contentOf()).digest).toBe(contentOf().digest);
  });
});

describe('two looks at a source', () => {
  const digest = 'aaa';
  const lastModified = '2026-02-01T00:00:00.000Z';
  const later = '2026-02-02T00:00:00.000Z';
  const held = aSnapshot({ revision: 'r1-held', digest, labels: null, lastModified });
  const seen = { ...held, digest: null };

  test.each([
    { what: 'show the same where nothing moved', seen, expected: 'same' },
    { what: 'differ where the revision does', seen: { ...seen, revision: 'r1-other' }, expected: 'different' },
    {
      what: 'differ where the revision does, whatever the digests say',
      seen: { ...seen, revision: 'r1-other', digest },
      expected: 'different',
    },
    {
      what: 'are unclear where only lastModified moved',
      seen: { ...seen, lastModified: later },
      expected: 'unclear',
    },
    {
      what: 'are unclear where lastModified is no longer told',
      seen: { ...seen, lastModified: null },
      expected: 'unclear',
    },
    {
      what: 'show the same where lastModified moved and the digest did not',
      seen: { ...seen, lastModified: later, digest },
      expected: 'same',
    },
    {
      what: 'differ where the digest moved',
      seen: { ...seen, lastModified: later, digest: 'bbb' },
      expected: 'different',
    },
    {
      what: 'differ where the digest moved and lastModified did not',
      seen: { ...seen, digest: 'bbb' },
      expected: 'different',
    },
  ])('$what', ({ seen: look, expected }) => {
    expect(compareContent(held, look)).toBe(expected);
  });

  test('differ where pictures of one size exchanged their labels, which no digest without ids can tell', () => {
    const labels = { ...held, labels: 'one way' };
    expect(compareContent(labels, { ...labels, labels: 'the other way' })).toBe('different');
    expect(compareContent(labels, { ...labels, lastModified: later })).toBe('same');
  });

  describe('whose names and labels are the same', () => {
    const model = { id: guid(200), name: 'Iteration 1', trainedAt: '2026-01-02T01:00:00.000Z', domainId: null };
    const untold = { ...held };
    delete untold.models;
    test.each([
      ['differ where a model was trained anew under its name', [{ ...model, id: guid(201) }], 'different'],
      ['differ where a model was trained at another time', [{ ...model, trainedAt: later }], 'different'],
      ['show the same where that time is written in another way', [{ ...model, trainedAt: '2026-01-02T01:00:00Z' }], 'same'], // prettier-ignore
      ['show the same where that time is not told', [{ ...model, trainedAt: null }], 'same'],
    ])('%s', (_what, models, expected) => {
      expect(compareContent({ ...held, models: [model] }, { ...seen, models })).toBe(expected);
    });

    test('differ where two models exchanged their names', () => {
      const two = { ...model, id: guid(201), name: 'Iteration 2' };
      const exchanged = [
        { ...model, name: two.name },
        { ...two, name: model.name },
      ];
      expect(compareContent({ ...held, models: [model, two] }, { ...seen, models: exchanged })).toBe('different');
    });

    test('show the same where an earlier record does not tell its models, unless one was trained since', () => {
      expect(compareContent(untold, { ...seen, models: [model] })).toBe('same');
      const trainedAt = new Date(Date.parse(held.observedAt) + 1_000).toISOString();
      expect(compareContent(untold, { ...seen, models: [{ ...model, trainedAt }] })).toBe('different');
    });
  });

  test('differ where all labels were read, and the earlier one never rested long enough to have any', () => {
    const labelled = { ...held, lastModified: later };
    expect(compareContent({ ...held, digest: null, labels: null }, labelled)).toBe('different');
  });
});
