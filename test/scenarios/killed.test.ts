import type { Call, Simulator } from '../../src/local/simulator/index.ts';
import { expectAtRest } from '../support/at-rest.ts';
import { killAt, restart, type Moment } from '../support/killing.ts';
import { FLOWERS } from '../support/scenery.ts';
import { Theatre } from '../support/stage.ts';

jest.setTimeout(240_000);

let theatre: Theatre;
beforeAll(async () => {
  theatre = await Theatre.open(20);
});
afterAll(() => theatre.close());

function isImporting(simulator: Simulator, { path }: Call): boolean {
  return simulator.resource.projects.some(({ id, status }) => path.endsWith(id) && status === 'Importing');
}

const FIRST_COPY: readonly (readonly [string, Moment])[] = [
  ['before the source is exported', { side: 'primary', operation: 'ExportProject', phase: 'before-effect' }],
  ['when the export is answered', { side: 'primary', operation: 'ExportProject', phase: 'after-reply' }],
  ['before the import takes effect', { side: 'secondary', operation: 'ImportProject', phase: 'before-effect' }],
  ['before the import is answered', { side: 'secondary', operation: 'ImportProject', phase: 'before-reply' }],
  ['when the import is answered', { side: 'secondary', operation: 'ImportProject', phase: 'after-reply' }],
  ['while the import runs', { side: 'secondary', operation: 'GetProject', phase: 'before-effect', when: isImporting }],
  ['before it is marked', { side: 'secondary', operation: 'UpdateProject', phase: 'before-effect' }],
  ['when it is marked', { side: 'secondary', operation: 'UpdateProject', phase: 'before-reply' }],
  ['while its labels are verified', { side: 'secondary', operation: 'GetImages', phase: 'before-effect' }],
  ['before it is published', { side: 'secondary', operation: 'PublishIteration', phase: 'before-effect' }],
  ['when it is published', { side: 'secondary', operation: 'PublishIteration', phase: 'before-reply' }],
  ['when it is named', { side: 'secondary', operation: 'UpdateProject', phase: 'before-reply', nth: 2 }],
];

describe('a host that is killed during a first copy', () => {
  test.concurrent.each(FIRST_COPY)('%s ends with that one copy', async (_, moment) => {
    const stage = await theatre.stage();
    await stage.primary.resource.addProject(FLOWERS);
    const killed = killAt(stage, moment);
    const app = await stage.start();
    void app.sweep().catch(() => undefined);
    await killed;
    const next = await restart(stage);
    await stage.settle(next);
    await expectAtRest(stage, next);
    expect(stage.secondary.calls.of('ImportProject')).toHaveLength(1);
  });
});

const NEXT_COPY: readonly (readonly [string, Moment])[] = [
  [
    'before the older one steps aside',
    { side: 'secondary', operation: 'UpdateProject', phase: 'before-effect', nth: 2 },
  ],
  [
    'when the older one has stepped aside',
    { side: 'secondary', operation: 'UpdateProject', phase: 'before-reply', nth: 2 },
  ],
  ['when the new one is named', { side: 'secondary', operation: 'UpdateProject', phase: 'before-reply', nth: 3 }],
  ['when the older one is unpublished', { side: 'secondary', operation: 'UnpublishIteration', phase: 'before-reply' }],
  ['when the older one is deleted', { side: 'secondary', operation: 'DeleteProject', phase: 'before-reply' }],
];

describe('a host that is killed while a changed project is copied again', () => {
  test.concurrent.each(NEXT_COPY)('%s ends with the new copy alone', async (_, moment) => {
    const stage = await theatre.stage({ env: { GENERATIONS_TO_KEEP: '1', KEEP_COPIES_FOR: 'PT0S' } });
    const { id } = await stage.primary.resource.addProject(FLOWERS);
    const app = await stage.start();
    await stage.settle(app);
    stage.primary.resource.addImages(id, 2, { tags: ['rose'] });
    const killed = killAt(stage, moment);
    void app.sweep().catch(() => undefined);
    await killed;
    const next = await restart(stage);
    await stage.settle(next);
    await expectAtRest(stage, next, 1);
    expect(stage.secondary.calls.of('ImportProject')).toHaveLength(2);
  });
});
