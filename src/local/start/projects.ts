import type { IterationSeed, ProjectSeed } from '../simulator/index.ts';

/** The ARM id of a made-up prediction resource. */
export function predictionResourceId(account: string): string {
  const subscription = '/subscriptions/00000000-0000-4000-8000-000000000001';
  return `${subscription}/resourceGroups/demo/providers/Microsoft.CognitiveServices/accounts/${account}`;
}

export const PRIMARY_PREDICTION = predictionResourceId('primary-prediction');

/** What the primary holds at the start: something of each kind. */
export const SEEDED_PROJECTS: readonly ProjectSeed[] = [
  {
    name: 'Casting defects',
    description: 'X-ray images of brake callipers, plant 2',
    classificationType: 'Multiclass',
    tags: tags({ crack: 9, porosity: 7, shrinkage: 5, flawless: 11 }),
    iterations: [{}, published('previous'), published('production')],
  },
  {
    name: 'Shelf products',
    description: 'Counts what is left on a shelf',
    type: 'ObjectDetection',
    tags: tags({ 'cola can': 8, 'water bottle': 8, crisps: 6 }),
    iterations: [{}, published('production')],
  },
  {
    name: 'Leaf diseases (coffee)',
    tags: tags({ rust: 8, 'leaf miner': 6, healthy: 7 }),
    iterations: [published('field-app')],
  },
  {
    name: 'Weld seams',
    description: 'Robot cell 4; trained after each shift',
    classificationType: 'Multiclass',
    tags: [...tags({ good: 10, undercut: 6, spatter: 6 }), { name: 'no seam', type: 'Negative', images: 5 }],
    iterations: [published('production')],
  },
  {
    name: 'Straßenschäden – Köln',
    description: 'Schlaglöcher und Risse aus der Müllabfuhr fotografiert',
    type: 'ObjectDetection',
    tags: tags({ Schlagloch: 7, Längsriss: 5 }),
    iterations: [published('production')],
  },
  {
    name: 'Parcel labels',
    description: 'Runs on the cameras above the belt',
    domain: 'General (compact)',
    classificationType: 'Multiclass',
    targetExportPlatforms: ['ONNX', 'TensorFlow'],
    tags: tags({ fragile: 6, 'this way up': 6, 'no label': 6 }),
    iterations: [{}, published('edge')],
  },
  {
    name: 'Hard hats and vests',
    domain: 'General (compact)',
    type: 'ObjectDetection',
    tags: tags({ 'hard hat': 9, vest: 9 }),
    iterations: [{}],
  },
  {
    name: 'Dish recognition',
    domain: 'Food',
    tags: tags({ soup: 5, pasta: 8, salad: 6, dessert: 4 }),
    iterations: [{}, {}, published('production'), published('canary')],
  },
  {
    name: 'Returned shoes',
    domain: 'Retail',
    classificationType: 'Multiclass',
    tags: tags({ worn: 6, 'as new': 6 }),
    iterations: [{}, { status: 'Failed' }],
  },
  {
    name: 'Bird feeder',
    description: 'Labelled, not trained yet',
    tags: tags({ 'blue tit': 4, robin: 3, squirrel: 2 }),
    untaggedImages: 12,
  },
  { name: 'Meter readings', description: 'Uploaded, to be labelled', type: 'ObjectDetection', untaggedImages: 15 },
  { name: 'Sandbox' },
];

/** The one that is being trained when the app first looks at it. */
export const IN_TRAINING = 'Weld seams';

function tags(images: Readonly<Record<string, number>>): { name: string; images: number }[] {
  return Object.entries(images).map(([name, count]) => ({ name, images: count }));
}

function published(publishName: string): IterationSeed {
  return { publishName, predictionId: PRIMARY_PREDICTION };
}
