import { isFailure } from '../../../src/core/facts/failure.ts';
import type { Step } from '../../../src/core/plan/types.ts';
import { refuseUndone, withEffect, withoutEffects } from '../../../src/core/plan/undone.ts';
import { aGeneration, aRecordInSync, aSnapshot, guid } from '../../support/builders.ts';
import { PRODUCTION } from '../../support/planning.ts';

const publish: Step = { do: 'publish', publication: PRODUCTION };
const unpublish: Step = { do: 'unpublish', publication: PRODUCTION };
const elsewhere: Step = { do: 'publish', publication: { ...PRODUCTION, iterationId: guid(9) } };
const route: Step = { do: 'route', source: aSnapshot(), published: [PRODUCTION] };
const align: Step = { do: 'align', generation: aGeneration(), name: 'Cats', source: aSnapshot() };
const promote: Step = { do: 'promote', generation: aGeneration(), because: 'found' };

const after = (...steps: Step[]) => steps.reduce(withEffect, aRecordInSync());

function refusalOf(step: Step, ...done: Step[]): string | null {
  try {
    refuseUndone(after(...done), step);
    return null;
  } catch (error) {
    if (!isFailure(error)) throw error;
    return `${error.class} ${error.code}`;
  }
}

describe('a step that was carried out, and is needed again and again', () => {
  test.each<[what: string, step: Step, done: Step[]]>([
    ['what is published and unpublished', publish, [publish, unpublish, publish, unpublish]],
    ['a name that two iterations take from each other', publish, [publish, elsewhere, publish, elsewhere]],
    ['what is published, and never stays', publish, [publish, publish]],
    ['a route that is never as it was written', route, [route, route]],
    ['a name that is never as it was given', align, [align, publish, align]],
    ['a copy that never stays the one in use', promote, [promote, promote]],
  ])('is not carried out once more: %s', (_what, step, done) => {
    expect(refusalOf(step, ...done)).toBe('refused STEP_UNDONE');
  });

  test('may be needed a second time, and others as often as there are', () => {
    expect(refusalOf(publish, publish, unpublish)).toBeNull();
    expect(refusalOf(elsewhere, publish, publish)).toBeNull();
  });

  test('counts anew once the project came to rest', () => {
    const record = withoutEffects(after(publish, publish));
    expect(record).toEqual(aRecordInSync());
    expect(() => refuseUndone(record, publish)).not.toThrow();
  });

  test('is not counted where its run counts it', () => {
    const mark: Step = { do: 'mark' };
    expect(refusalOf(mark, mark, mark, mark)).toBeNull();
  });
});
