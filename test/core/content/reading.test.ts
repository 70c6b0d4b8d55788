import { IMAGES_PER_PAGE, Reading, readingOf, type Verdict } from '../../../src/core/content/reading.ts';
import type { Content } from '../../../src/core/content/revision.ts';
import type { Image } from '../../../src/core/facts/model.ts';
import type { ReadingOf } from '../../../src/core/facts/reading.ts';
import { anImage, anObservation, contentOf, guid } from '../../support/builders.ts';

const NOW = '2026-03-01T12:00:00.000Z';

const images = (count: number, from = 1): Image[] =>
  Array.from({ length: count }, (_, at) => anImage({ id: guid(from + at), width: 100 + at + from }));

const ofCount = (imageCount: number): ReadingOf => readingOf(anObservation({ imageCount }));

/** Reads the project, each page of the list that it is given for that call, until the reading says what it found. */
function read(
  reading: Reading,
  of: ReadingOf,
  listOf: (call: number) => readonly Image[],
  held: Content | null = null,
  mostCalls = 1_000,
): Verdict & { readonly calls: number } {
  reading.open(of, NOW);
  for (let calls = 1; calls <= mostCalls; calls += 1) {
    const { skip } = reading;
    if (!reading.add(listOf(calls).slice(skip, skip + IMAGES_PER_PAGE))) continue;
    const verdict = reading.conclude(of, held, NOW);
    if (verdict.kind !== 'read-on') return { ...verdict, calls };
  }
  return { kind: 'read-on', calls: mostCalls };
}

/** The same images in another order on each call, as the service may give those of one time. */
function mixed(all: readonly Image[]): (call: number) => Image[] {
  return (call) => {
    const placeOf = ({ width }: Image): number => Math.imul(width * 7_919 + call * 104_729, 0x9e3779b1) >>> 0;
    return [...all].sort((left, right) => placeOf(left) - placeOf(right));
  };
}

const shown = ({ digest, labels }: Content) => ({ digest, labels });

describe('a reading of labels', () => {
  const all = images(700);

  test('takes one pass where the pages are in order', () => {
    const found = read(new Reading(), ofCount(700), () => all);
    expect(found).toMatchObject({ kind: 'done', calls: 3, content: shown(contentOf(all)) });
  });

  test('goes on until each image was shown where every call has an order of its own', () => {
    const found = read(new Reading(), ofCount(700), mixed(all));
    expect(found).toMatchObject({ kind: 'done', content: { ...shown(contentOf(all)), images: 700 } });
    expect(found.calls).toBeGreaterThan(3);
  });

  test('shows the same, however often it is put down and taken up again', () => {
    let reading = new Reading();
    const of = ofCount(700);
    for (let at = 0; at < 700; at += IMAGES_PER_PAGE) {
      reading.open(of, NOW);
      expect(reading.skip).toBe(at);
      reading.add(all.slice(at, at + IMAGES_PER_PAGE));
      reading = new Reading(structuredClone(reading.toStored()));
    }
    reading.open(of, 'later');
    expect(reading.conclude(of, null, NOW)).toEqual({
      kind: 'done',
      content: { ...contentOf(all), readSince: NOW },
    });
  });

  test('ends without a result where images are never shown, and concludes nothing from the rest', () => {
    const lacking = (call: number): Image[] => [...all.slice(0, 699), all[call % 2]!];
    expect(read(new Reading(), ofCount(700), lacking)).toMatchObject({ kind: 'given-up', because: 'incomplete' });
  });

  test('believes a list that is always the same, though the count is of something else', () => {
    const found = read(new Reading(), ofCount(701), () => all);
    expect(found).toMatchObject({ kind: 'done', calls: 6, content: shown(contentOf(all)) });
  });

  test('says that the project changed where a count or lastModified is another after it', () => {
    const of = ofCount(3);
    for (const after of [ofCount(4), { ...of, lastModified: 'later' }]) {
      const reading = new Reading();
      reading.open(of, NOW);
      reading.add(images(3));
      expect(reading.conclude(after, null, NOW)).toEqual({ kind: 'changed' });
    }
  });

  test('is given up for now where the project changes again and again, and begins anew after that', () => {
    const reading = new Reading();
    const opened = ['1', '2', '3', '4', '5', '6'].map((lastModified) =>
      reading.open({ ...ofCount(3), lastModified }, NOW),
    );
    expect(opened).toEqual(['open', 'open', 'open', 'open', 'open', 'keeps-changing']);
    expect(reading.open(ofCount(3), NOW)).toBe('open');
  });

  test('goes on with nothing of another project', () => {
    const reading = new Reading();
    const other = { ...ofCount(3), projectId: guid(2) };
    reading.open(ofCount(3), NOW);
    reading.add(images(256));
    reading.open(other, NOW);
    expect(reading.skip).toBe(0);
    expect(read(reading, other, () => images(3, 500))).toMatchObject({ content: shown(contentOf(images(3, 500))) });
  });
});

describe('labels that differ from those held', () => {
  const before = contentOf(images(3));
  const now = images(3, 50);
  const of = ofCount(3);

  test('are believed after a second reading that agrees', () => {
    expect(read(new Reading(), of, () => now, before)).toMatchObject({
      kind: 'done',
      calls: 2,
      content: contentOf(now),
    });
  });

  test('are no change where the second reading shows those held', () => {
    const lists = [now, images(3)];
    const found = read(new Reading(), of, (call) => lists[call - 1] ?? images(3), before);
    expect(found).toMatchObject({ kind: 'done', calls: 2, content: shown(before) });
  });

  test('are no change where no two readings in a row agree', () => {
    const found = read(new Reading(), of, (call) => images(3, 50 * call), before);
    expect(found).toMatchObject({ kind: 'given-up', because: 'keeps-changing' });
  });

  test('are believed at once by whoever rests nothing on the difference, and read again by whoever does', () => {
    const reading = new Reading();
    expect(read(reading, of, () => now)).toMatchObject({ kind: 'done', calls: 1 });
    expect(reading.doneOf(of, null)).toMatchObject(shown(contentOf(now)));
    expect(reading.doneOf(of, before)).toBeNull();
    expect(reading.doneOf({ ...of, lastModified: 'later' }, null)).toBeNull();
    reading.forget();
    expect(reading.doneOf(of, null)).toBeNull();
  });
});

test('digests that records hold already keep their meaning', () => {
  const digest = '5b11a1e4dd512714a40502a1d1a9112032c8ca31d7f00fcc328e1180cc4805cc';
  const labels = '8b64934e2c1001064c4a3cab2371099050e6ab32d5a17f7805d5ce9a9170fa31';
  expect(contentOf([anImage({ id: guid(1) }), anImage({ id: guid(2), tags: [] })])).toMatchObject({ digest, labels });
});
