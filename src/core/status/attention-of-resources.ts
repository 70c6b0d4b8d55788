import { SIDES, type ResourceHealth, type Side } from '../facts/resource-health.ts';
import type { Attention, Level } from './attention-entry.ts';
import type { StatusFacts } from './status-facts.ts';
import { clockTime } from './words.ts';

/** What is wrong with one of the two resources, told once: what follows from it is no entry of its own. */

/** States in which a resource does not do its part. */
type Trouble = 'unreachable' | 'refuses' | 'throttles' | 'read-only';

interface TroubleWords {
  readonly level: Level;
  readonly codes: Readonly<Record<Side, string>>;
  /** After the resource's name, in capitals. */
  readonly headline: string;
  readonly words: string;
  readonly healsByItself: boolean;
}

const TROUBLES: Readonly<Record<Trouble, TroubleWords>> = {
  unreachable: {
    ...{
      level: 'critical',
      codes: { primary: 'PRIMARY_UNREACHABLE', secondary: 'SECONDARY_UNREACHABLE' },
      headline: 'UNREACHABLE',
      healsByItself: true,
    },
    words: 'does not answer',
  },
  refuses: {
    ...{
      level: 'critical',
      codes: { primary: 'PRIMARY_REFUSES', secondary: 'SECONDARY_REFUSES' },
      headline: 'REFUSES THE KEY OR ROLE',
      healsByItself: false,
    },
    words: 'refuses the key or the role of this app',
  },
  throttles: {
    ...{
      level: 'warning',
      codes: { primary: 'PRIMARY_THROTTLES', secondary: 'SECONDARY_THROTTLES' },
      headline: 'ASKS FOR FEWER CALLS',
      healsByItself: true,
    },
    words: 'asks for fewer calls than there are',
  },
  'read-only': {
    ...{
      level: 'warning',
      codes: { primary: 'PRIMARY_READ_ONLY', secondary: 'SECONDARY_READ_ONLY' },
      headline: 'IS READ-ONLY',
      healsByItself: true,
    },
    words: 'is read-only: the service has put it into disaster recovery mode',
  },
};

/** What is wrong with a resource; null where nothing is, or where that is not known. */
export function troubleOf({ state }: ResourceHealth): TroubleWords | null {
  return state === 'answers' || state === 'unknown' ? null : TROUBLES[state];
}

const HINTS: Readonly<Record<Side, string>> = {
  primary:
    'See Azure’s service health. Copies are looked after meanwhile; if it lasts, fail over: GET /api/failover/plan.',
  secondary: 'See Azure’s service health. Nothing can be copied or proven meanwhile; the copies stay as they are.',
};

/** One entry for each resource in trouble, with the failure that shows it. */
export function attentionOfResources({ resources, sweep, generatedAt }: StatusFacts): Attention[] {
  const now = new Date(generatedAt);
  return SIDES.flatMap((side) => {
    const health = resources[side];
    const trouble = troubleOf(health);
    if (trouble === null) return [];
    const { level, codes, words, healsByItself } = trouble;
    const { since, lastAnsweredAt, failure } = health;
    const last =
      lastAnsweredAt === null ? 'It has never answered' : `It last answered ${clockTime(lastAnsweredAt, now)}`;
    const cause = failure === null ? '.' : `: ${failure.message.replace(/[.]?$/, '.')}`;
    return [
      {
        ...{
          level,
          code: codes[side],
          about: side,
          projectId: null,
          projectName: null,
          effect: null,
        },
        message: `The ${side} ${words}. ${last}${cause}`,
        hint: healsByItself ? HINTS[side] : (failure?.hint ?? HINTS[side]),
        ...{ healsByItself, since, nextAttemptAt: healsByItself ? sweep.nextStartAt : null },
      },
    ];
  });
}

/** A resource whose trouble explains a failure; null where none does. */
export type CauseOf = (failure: {
  readonly code: string;
  readonly message: string;
  readonly step?: string | null;
}) => Side | null;

/** By the host that the failure names, or by what was being done. */
export function causesIn({ resources, app }: Pick<StatusFacts, 'resources' | 'app'>): CauseOf {
  return ({ code, message, step }) => {
    for (const side of SIDES) {
      if (troubleOf(resources[side]) === null) continue;
      const isSameFailure = resources[side].failure?.code === code;
      const namesHost = app !== null && message.includes(app[side]);
      const isLookAtIt = side === 'primary' && step != null && step.startsWith('look at source');
      if (namesHost || (isSameFailure && isLookAtIt)) return side;
    }
    return null;
  };
}
