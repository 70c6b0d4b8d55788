import type { ProjectSeed } from '../simulator/index.ts';

/** A project of the demonstration; where it notifies, and what it is published to, is added when it is made. */
export interface DemoProject extends Omit<
  ProjectSeed,
  'exportModelContainerUri' | 'notificationQueueUri' | 'iterations'
> {
  /** Oldest first; they are named as the service does, `Iteration 1` and so on. */
  readonly iterations?: readonly { readonly status?: 'Failed'; readonly publishName?: string }[];
  /** A training of it begins as soon as it is there. */
  readonly trainsNow?: true;
}

/** What the primary holds at the start: something of each kind. */
export const SEEDED_PROJECTS: readonly DemoProject[] = [
  {
    name: 'Casting defects',
    description: 'X-ray images of brake callipers, plant 2',
    classificationType: 'Multiclass',
    tags: [
      { name: 'crack', images: 9 },
      { name: 'porosity', images: 7 },
      { name: 'shrinkage', images: 5 },
      { name: 'flawless', images: 11 },
    ],
    iterations: [{}, { publishName: 'previous' }, { publishName: 'production' }],
  },
  {
    name: 'Shelf products',
    description: 'Counts what is left on a shelf',
    type: 'ObjectDetection',
    tags: [
      { name: 'cola can', images: 8 },
      { name: 'water bottle', images: 8 },
      { name: 'crisps', images: 6 },
    ],
    iterations: [{}, { publishName: 'production' }],
  },
  {
    name: 'Leaf diseases (coffee)',
    classificationType: 'Multilabel',
    tags: [
      { name: 'rust', description: 'orange powder below the leaf', images: 8 },
      { name: 'leaf miner', images: 6 },
      { name: 'healthy', images: 7 },
    ],
    iterations: [{ publishName: 'field-app' }],
  },
  {
    name: 'Weld seams',
    description: 'Robot cell 4; trained after each shift',
    classificationType: 'Multiclass',
    tags: [
      { name: 'good', images: 10 },
      { name: 'undercut', images: 6 },
      { name: 'spatter', images: 6 },
      { name: 'no seam', type: 'Negative', images: 5 },
    ],
    iterations: [{ publishName: 'production' }],
    trainsNow: true,
  },
  {
    name: 'Straßenschäden – Köln',
    description: 'Schlaglöcher und Risse aus der Müllabfuhr fotografiert',
    type: 'ObjectDetection',
    tags: [
      { name: 'Schlagloch', images: 7 },
      { name: 'Längsriss', images: 5 },
    ],
    iterations: [{ publishName: 'production' }],
  },
  {
    name: 'Parcel labels',
    description: 'Runs on the cameras above the belt',
    domain: 'General (compact)',
    classificationType: 'Multiclass',
    targetExportPlatforms: ['ONNX', 'TensorFlow'],
    tags: [
      { name: 'fragile', images: 6 },
      { name: 'this way up', images: 6 },
      { name: 'no label', images: 6 },
    ],
    iterations: [{}, { publishName: 'edge' }],
  },
  {
    name: 'Hard hats and vests',
    domain: 'General (compact)',
    type: 'ObjectDetection',
    tags: [
      { name: 'hard hat', images: 9 },
      { name: 'vest', images: 9 },
    ],
    iterations: [{}],
  },
  {
    name: 'Dish recognition',
    description: 'Canteen till',
    domain: 'Food',
    classificationType: 'Multilabel',
    tags: [
      { name: 'soup', images: 5 },
      { name: 'pasta', images: 8 },
      { name: 'salad', images: 6 },
      { name: 'dessert', images: 4 },
    ],
    iterations: [{}, {}, { publishName: 'production' }, { publishName: 'canary' }],
  },
  {
    name: 'Returned shoes',
    domain: 'Retail',
    classificationType: 'Multiclass',
    tags: [
      { name: 'worn', images: 6 },
      { name: 'as new', images: 6 },
    ],
    iterations: [{}, { status: 'Failed' }],
  },
  {
    name: 'Bird feeder',
    description: 'Labelled, not trained yet',
    tags: [
      { name: 'blue tit', images: 4 },
      { name: 'robin', images: 3 },
      { name: 'squirrel', images: 2 },
    ],
    untaggedImages: 12,
  },
  { name: 'Meter readings', description: 'Uploaded, to be labelled', type: 'ObjectDetection', untaggedImages: 15 },
  { name: 'Sandbox' },
];

const PLANTS = ['Porto', 'Łódź', 'Bergamo'];

/** What is made at each plant while the demonstration runs. */
const LATER_KINDS: readonly DemoProject[] = [
  { name: 'Solder joints', classificationType: 'Multiclass', tags: twoTags('bridged', 'clean') },
  { name: 'Pallet stacking', type: 'ObjectDetection', tags: twoTags('pallet', 'overhang') },
  { name: 'Bottle caps', classificationType: 'Multiclass', tags: twoTags('tight', 'loose') },
  { name: 'Forklift safety', type: 'ObjectDetection', tags: twoTags('forklift', 'person') },
  { name: 'Paint finish', classificationType: 'Multilabel', tags: twoTags('run', 'dust') },
  {
    name: 'Glass edges',
    domain: 'General (compact)',
    classificationType: 'Multiclass',
    tags: twoTags('chip', 'smooth'),
  },
];

/** What is created, in this order, while the demonstration runs. */
export const LATER_PROJECTS: readonly DemoProject[] = PLANTS.flatMap((plant) =>
  LATER_KINDS.map((project) => ({ ...project, name: `${project.name}, ${plant}` })),
);

function twoTags(one: string, other: string): NonNullable<DemoProject['tags']> {
  return [
    { name: one, images: 6 },
    { name: other, images: 5 },
  ];
}
