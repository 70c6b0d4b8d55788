import type { z } from 'zod';
import * as wire from '../../src/customvision/wire.ts';

const ID = 'bc3f7dad-5544-468c-8573-3ef04d55463e';

describe('the JSON of the service', () => {
  it('has its ids in lower case, however the service spells them', () => {
    const id = ID.toUpperCase();
    const settings = { domainId: id };
    expect(wire.projectSchema.parse({ id, name: 'N', settings })).toMatchObject({ id: ID, settings: { domainId: ID } });
    expect(wire.iterationSchema.parse({ id, name: 'N', domainId: id })).toMatchObject({ id: ID, domainId: ID });
    for (const schema of [wire.tagSchema, wire.imageSchema, wire.domainSchema]) {
      expect(schema.parse({ id, name: 'N' })).toMatchObject({ id: ID });
    }
    expect(wire.iterationSchema.parse({ id, name: 'N', domainId: 'Tomorrow' })).toMatchObject({ domainId: 'Tomorrow' });
  });

  it('needs no more of a project than its id and name', () => {
    expect(wire.projectSchema.parse({ id: ID, name: 'n' })).toEqual({
      id: ID,
      name: 'n',
      description: '',
      settings: {
        domainId: null,
        classificationType: null,
        targetExportPlatforms: [],
        useNegativeSet: null,
        detectionParameters: null,
        augmentationMethods: {},
        exportModelContainerUri: null,
        notificationQueueUri: null,
      },
      created: null,
      lastModified: null,
      status: 'Succeeded',
      drModeEnabled: false,
    });
  });

  it('keeps what a full project says, values that are not known yet included', () => {
    const answer = {
      id: ID,
      name: 'n',
      description: 'd',
      settings: {
        domainId: ID,
        classificationType: 'Multiverse',
        targetExportPlatforms: ['Abacus'],
        useNegativeSet: false,
        detectionParameters: 'p',
        imageProcessingSettings: { augmentationMethods: { rotate: true } },
        exportModelContainerUri: 'https://c',
        notificationQueueUri: 'https://q',
        memberOfTomorrow: 1,
      },
      created: '2017-12-18T05:43:18Z',
      lastModified: '2017-12-18T05:43:19Z',
      status: 'Hibernating',
      drModeEnabled: true,
      memberOfTomorrow: {},
    };
    const project = wire.projectSchema.parse(answer);
    expect(project).toMatchObject({ status: 'Hibernating', drModeEnabled: true, lastModified: answer.lastModified });
    expect(project.settings).toEqual({
      domainId: ID,
      classificationType: 'Multiverse',
      targetExportPlatforms: ['Abacus'],
      useNegativeSet: false,
      detectionParameters: 'p',
      augmentationMethods: { rotate: true },
      exportModelContainerUri: 'https://c',
      notificationQueueUri: 'https://q',
    });
  });

  it.each([null, {}, { imageProcessingSettings: null }, { imageProcessingSettings: { augmentationMethods: null } }])(
    'takes the settings %j as not set',
    (settings) => {
      const project = wire.projectSchema.parse({ id: ID, name: 'n', description: null, settings });
      expect(project.settings.augmentationMethods).toEqual({});
      expect(project.description).toBe('');
    },
  );

  it.each([
    ['a name', { publishName: 'production' }, 'production'],
    ['an empty text', { publishName: '' }, null],
    ['null', { publishName: null }, null],
    ['nothing', {}, null],
  ])('reads a publish name given as %s', (_, members, expected) => {
    expect(wire.iterationSchema.parse({ id: ID, name: 'n', ...members }).publishName).toBe(expected);
  });

  it.each([
    ['an ARM id', { originalPublishResourceId: '/subscriptions/s' }, '/subscriptions/s'],
    ['an empty text', { originalPublishResourceId: '' }, null],
    ['null', { originalPublishResourceId: null }, null],
    ['nothing', {}, null],
  ])('reads the resource of a publication given as %s', (_, members, expected) => {
    expect(wire.iterationSchema.parse({ id: ID, name: 'n', ...members }).originalPublishResourceId).toBe(expected);
  });

  it('takes the counts of an export as unknown where they lack, and its estimate as seconds', () => {
    const unknown = { iterations: null, images: null, tags: null, regions: null };
    expect(wire.projectExportSchema.parse({ token: 't' })).toEqual({
      token: 't',
      counts: unknown,
      estimatedImportInSeconds: null,
    });
    const counted = { token: 't', iterationCount: 1, imageCount: 0, tagCount: 3, regionCount: 4 };
    expect(wire.projectExportSchema.parse({ ...counted, estimatedImportTimeInMS: 90_500 })).toEqual({
      token: 't',
      counts: { iterations: 1, images: 0, tags: 3, regions: 4 },
      estimatedImportInSeconds: 90.5,
    });
  });

  it('takes an image without labels as one that has none', () => {
    expect(wire.imageSchema.parse({ id: ID, width: 4, height: 3, tags: null })).toEqual({
      id: ID,
      width: 4,
      height: 3,
      tags: [],
      regions: [],
    });
  });

  it.each([
    ['a project without an id', wire.projectSchema, { name: 'n' }],
    ['a project whose id is not a GUID', wire.projectSchema, { id: '..', name: 'n' }],
    ['an iteration without a name', wire.iterationSchema, { id: ID }],
    ['a tag without a name', wire.tagSchema, { id: ID, name: null }],
    ['an export without a token', wire.projectExportSchema, { token: '' }],
    ['a count that is a text', wire.imageCountSchema, '12'],
    ['a count below nothing', wire.imageCountSchema, -1],
    ['a model package without a platform', wire.modelExportSchema, { status: 'Done' }],
  ])('is refused for %s', (_, schema, answer) => {
    expect(schema.safeParse(answer).success).toBe(false);
  });

  const REGION = { tagId: ID, left: 0, top: 0, width: 1, height: 1 };
  /** All that the service may leave out of each, and whatever else stands there, reads as this. */
  const MEMBERS: [schema: z.ZodType, least: object, members: Record<string, unknown>, wrong: readonly string[]][] = [
    [
      wire.projectSchema,
      { id: ID, name: 'n' },
      { description: '', status: 'Succeeded', drModeEnabled: false, created: null, lastModified: null },
      ['description', 'status', 'drModeEnabled'],
    ],
    [
      wire.iterationSchema,
      { id: ID, name: 'n' },
      {
        ...{ status: '', created: null, trainedAt: null, domainId: null, trainingType: null, publishName: null },
        ...{ exportable: false, exportableTo: [] },
      },
      ['status', 'publishName'],
    ],
    [
      wire.tagSchema,
      { id: ID, name: 'n' },
      { description: '', type: 'Regular', imageCount: 0 },
      ['description', 'type', 'imageCount'],
    ],
    [
      wire.imageSchema,
      { id: ID },
      { width: 0, height: 0, tags: [], regions: [] },
      ['width', 'height', 'tags', 'regions'],
    ],
    [wire.domainSchema, { id: ID }, { name: '', type: '', exportable: false, enabled: true }, ['name', 'type']],
    [
      wire.modelExportSchema,
      { platform: 'ONNX' },
      { flavor: null, status: '', downloadUri: null, newerVersionAvailable: false },
      ['flavor', 'status', 'downloadUri'],
    ],
    [
      wire.projectExportSchema.transform(({ counts, estimatedImportInSeconds: estimatedImportTimeInMS }) => ({
        ...{ imageCount: counts.images, tagCount: counts.tags, regionCount: counts.regions },
        ...{ iterationCount: counts.iterations, estimatedImportTimeInMS },
      })),
      { token: 't' },
      { imageCount: null, tagCount: null, regionCount: null, iterationCount: null, estimatedImportTimeInMS: null },
      [],
    ],
  ];
  const EACH_MEMBER = MEMBERS.flatMap(([schema, least, members, wrong]) =>
    Object.entries(members).map(([name, value]): [string, z.ZodType, object, unknown, boolean] => [
      name,
      schema,
      least,
      value,
      wrong.includes(name),
    ]),
  );

  it.each(EACH_MEMBER)(
    'has a default for %s, and is refused for one of another kind only where that matters',
    (...row) => {
      const [name, schema, least, expected, matters] = row;
      for (const members of [{}, { [name]: null }]) {
        expect(schema.parse({ ...least, ...members })).toHaveProperty(name, expected);
      }
      for (const value of [{ a: 1 }, typeof expected === 'boolean' ? 'yes' : true]) {
        const read = schema.safeParse({ ...least, [name]: value });
        expect({ name, value, isRefused: !read.success }).toEqual({ name, value, isRefused: matters });
        if (read.success) expect(read.data).toHaveProperty(name, expected);
      }
    },
  );

  it.each([
    [90_500.25, 90.50025],
    [0, 0],
    [-1, null],
    ['90', null],
    [Number.MAX_VALUE, 86_400],
    [2 ** 31, 86_400],
    [null, null],
  ])('takes an estimate of %p ms as %p s, and is never refused for one', (estimatedImportTimeInMS, expected) => {
    const { estimatedImportInSeconds } = wire.projectExportSchema.parse({ token: 't', estimatedImportTimeInMS });
    expect(estimatedImportInSeconds).toBe(expected);
  });

  it.each([
    [{ imageProcessingSettings: { augmentationMethods: { rotation: null, flip: true, crop: 'yes' } } }, { flip: true }],
    [{ imageProcessingSettings: { augmentationMethods: [true] } }, {}],
    [{ imageProcessingSettings: 7 }, {}],
    ['none', {}],
    [[], {}],
  ])('takes of the settings %j what can be read', (settings, expected) => {
    expect(wire.projectSchema.parse({ id: ID, name: 'n', settings }).settings.augmentationMethods).toEqual(expected);
  });

  it('takes of a list of platforms those that are texts', () => {
    const settings = { targetExportPlatforms: [null, 'ONNX', 7, 'Abacus'] };
    expect(wire.projectSchema.parse({ id: ID, name: 'n', settings }).settings.targetExportPlatforms).toEqual([
      'ONNX',
      'Abacus',
    ]);
  });

  it.each([
    ['a region without a tag', { regions: [{ ...REGION, tagId: null }] }],
    ['a region without a side', { regions: [{ ...REGION, top: undefined }] }],
    ['a label without a tag', { tags: [{}] }],
  ])('is refused for %s', (_, members) => {
    expect(wire.imageSchema.safeParse({ id: ID, ...members }).success).toBe(false);
    expect(wire.imageSchema.safeParse({ id: ID, tags: [{ tagId: ID }], regions: [REGION] }).success).toBe(true);
  });

  it.each<[unknown, string, string, RegExp]>([
    [{ id: ID, name: null }, ID, ID, /^name: /],
    [{ id: ID.toUpperCase(), name: 'n', description: 7 }, ID, 'n', /^description: /],
    [{ name: 'n' }, '', 'n', /^id: /],
    [null, '', '', /./],
    ['project', '', '', /./],
  ])('has in a list the project %j by what can be read of it, and says what cannot', (item, id, name, problem) => {
    const read = wire.anyProjectSchema.parse(item);
    expect(read).toMatchObject({ id, name, problem: expect.stringMatching(problem) as string });
    expect(wire.anyProjectSchema.parse({ id: ID, name: 'n' })).not.toHaveProperty('problem');
  });

  it('tells by its id, else by its place, each thing of a list that cannot be read', () => {
    const read = wire.listOf(wire.tagSchema).safeParse([{ id: ID, name: 'n' }, { id: ID, name: 7 }, null]);
    const told = read.error?.issues.map(({ message }) => message);
    expect(told).toEqual([expect.stringMatching(`^${ID}: name: `), expect.stringMatching(/^number 3 of the list: /)]);
  });
});
