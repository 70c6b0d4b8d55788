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
    ['a region without a side', wire.imageSchema, { id: ID, regions: [{ tagName: 't', left: 0, top: 0, width: 1 }] }],
    ['a count that is a text', wire.imageCountSchema, '12'],
    ['a count below nothing', wire.imageCountSchema, -1],
    ['a model package without a platform', wire.modelExportSchema, { status: 'Done' }],
  ])('is refused for %s', (_, schema, answer) => {
    expect(schema.safeParse(answer).success).toBe(false);
  });
});
