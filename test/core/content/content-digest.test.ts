import type { Image } from '../../../src/core/facts/model.ts';
import { ImageSet } from '../../../src/core/content/image-set.ts';
import { aRegion, anImage, contentOf, guid } from '../../support/builders.ts';

const cat = anImage({ id: guid(1) });
const dog = anImage({ id: guid(2), tags: [{ tagName: 'dog' }], width: 800 });
const boxed = (...regions: readonly Partial<ReturnType<typeof aRegion>>[]): Image =>
  anImage({ regions: regions.map(aRegion) });

interface Case {
  readonly what: string;
  readonly earlier: readonly Image[];
  readonly now: readonly Image[];
}

describe('a content digest stays the same', () => {
  const cases: Case[] = [
    { what: 'on a copy, where image ids are others', earlier: [cat], now: [anImage({ id: guid(9) })] },
    { what: 'when images come in another order', earlier: [cat, dog], now: [dog, cat] },
    {
      what: 'when the tags of an image come in another order',
      earlier: [anImage({ tags: [{ tagName: 'cat' }, { tagName: 'pet' }] })],
      now: [anImage({ tags: [{ tagName: 'pet' }, { tagName: 'cat' }] })],
    },
    {
      what: 'when the boxes of an image come in another order',
      earlier: [boxed({ tagName: 'cat' }, { tagName: 'dog' })],
      now: [boxed({ tagName: 'dog' }, { tagName: 'cat' })],
    },
    {
      what: 'when a box lost what single precision loses',
      earlier: [boxed({ left: 0.1, top: 0.7 })],
      now: [boxed({ left: Math.fround(0.1), top: Math.fround(0.7) })],
    },
    {
      what: 'when a box at the edge comes back a hair outside',
      earlier: [boxed({ left: 0 })],
      now: [boxed({ left: -0.000001 })],
    },
  ];

  test.each(cases)('$what', ({ earlier, now }) => {
    expect(contentOf(now).digest).toBe(contentOf(earlier).digest);
  });

  test('however the images are paged', () => {
    const set = new ImageSet();
    set.add([dog]);
    set.add([]);
    set.add([cat]);
    expect(set.content()).toEqual(contentOf([cat, dog]));
  });
});

describe('a content digest changes', () => {
  const cases: Case[] = [
    { what: 'when an image is added', earlier: [cat], now: [cat, dog] },
    { what: 'when an image is added that equals another', earlier: [cat], now: [cat, cat] },
    {
      what: 'when one of two equal images is exchanged for another pair',
      earlier: [cat, cat, dog],
      now: [cat, dog, dog],
    },
    { what: 'when an image is labelled', earlier: [anImage({ tags: [] })], now: [cat] },
    {
      what: 'when two images swap their labels, so that every count stays',
      earlier: [cat, dog],
      now: [
        { ...cat, tags: dog.tags },
        { ...dog, tags: cat.tags },
      ],
    },
    {
      what: 'when two boxes of an image swap their labels',
      earlier: [boxed({ tagName: 'cat', left: 0.1 }, { tagName: 'dog', left: 0.5 })],
      now: [boxed({ tagName: 'dog', left: 0.1 }, { tagName: 'cat', left: 0.5 })],
    },
    { what: 'when a box is moved', earlier: [boxed({ left: 0.1 })], now: [boxed({ left: 0.101 })] },
    { what: 'when a box is moved down', earlier: [boxed({ top: 0.1 })], now: [boxed({ top: 0.101 })] },
    { what: 'when a box is made wider', earlier: [boxed({ width: 0.1 })], now: [boxed({ width: 0.101 })] },
    { what: 'when a box is made higher', earlier: [boxed({ height: 0.1 })], now: [boxed({ height: 0.101 })] },
    { what: 'when a second box is drawn over the first', earlier: [boxed({})], now: [boxed({}, {})] },
    {
      what: 'when a box moves to another image',
      earlier: [{ ...cat, regions: [aRegion()] }, dog],
      now: [cat, { ...dog, regions: [aRegion()] }],
    },
    { what: 'when an image has another width', earlier: [cat], now: [{ ...cat, width: 641 }] },
    { what: 'when an image has another height', earlier: [cat], now: [{ ...cat, height: 481 }] },
    {
      what: 'when two tag names are one with a comma',
      earlier: [anImage({ tags: [{ tagName: 'a' }, { tagName: 'b' }] })],
      now: [anImage({ tags: [{ tagName: 'a,b' }] })],
    },
  ];

  test.each(cases)('$what', ({ earlier, now }) => {
    expect(contentOf(now).digest).not.toBe(contentOf(earlier).digest);
  });
});

test('content counts images and boxes', () => {
  expect(contentOf([cat, boxed({}, {}), boxed({})])).toMatchObject({ images: 3, regions: 3 });
  expect(contentOf([])).toMatchObject({ images: 0, regions: 0 });
});
