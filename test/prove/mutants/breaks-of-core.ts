import { of, type Mutant } from './mutant.ts';

const RUN = ['test/core/plan/run', 'test/replicator/first-copy'];
const SWITCH = ['test/core/plan/run-to-switch', 'test/replicator/first-copy'];
const BRAKE = ['test/core/plan/brake', 'test/core/plan/target'];
const MARK = ['test/core/content/mark'];
const BACKOFF = ['test/core/facts/backoff'];

/** Breaks of what is decided. */
export const BREAKS_OF_CORE: readonly Mutant[] = [
  ...of('core/plan/run.ts', RUN, [
    ['skips the verification', 'if (hard.length === 0) {', 'if (hard.length >= 0) {'],
    [
      'adopts no import whose reply was lost',
      'if (found !== undefined) return step({ do',
      'if (found === null) return step({ do',
    ],
    ['gives a lost import up at once', 'if (elapsed < policy.limits.lateImportInSeconds) {', 'if (elapsed < 0) {'],
    [
      'takes a failed import for a good one',
      "case 'Failed':\n      return failedImport(input);",
      "case 'Failed':\n      return step({ do: 'note-imported' });",
    ],
    [
      'waits for a hung import for ever',
      'if (elapsed < Math.max(importDeadlineInSeconds, estimates)) {',
      'if (elapsed >= 0) {',
    ],
    [
      'goes on with a copy that somebody has renamed',
      'if (isTakenOver(candidate, run, input)) {',
      'if (candidate.id === run.runId) {',
    ],
    [
      'writes to a target that is none to make copies on',
      'if (fault !== null) return { kind',
      "if (fault?.code === 'NONE') return { kind",
    ],
    ['keeps every incomplete copy', 'if (isSameAgain && !hasUnverified) {', 'if (!hasUnverified) {'],
    [
      'does not give up a copy of a frozen project',
      'return decision?.frozen === true || isFailedOver(decision);',
      'return decision?.frozen === null;',
    ],
  ]),
  ...of('core/plan/run.ts', SWITCH, [
    [
      'puts a copy into use that serves fewer names',
      'if (lacksModels.length > 0)\n      return',
      'if (lacksModels.length > 99)\n      return',
    ],
    [
      'publishes nothing before it switches',
      'if (next !== null) return step(next);',
      'if (next === undefined) return step(next);',
    ],
    [
      'leaves the old copy its name',
      'if (run.naming.predecessor !== null && run.naming.predecessorRenamedAt === null)',
      'if (run.naming.predecessor === undefined)',
    ],
    ['switches before it names', "if (run.naming.namedAt === null) return step({ do: 'rename' });", ''],
    ['does not mark', "if (run.markedAt === null) return step({ do: 'mark' });", ''],
  ]),
  ...of(
    'core/plan/retention.ts',
    ['test/core/plan/retention', 'test/core/plan/pinned'],
    [
      ['retires the copy in use', "if (generation === current) return keep('current: routing names it');", ''],
      [
        'retires what somebody changed',
        "if (generation.changedBySomebody) return keep('somebody changed it; it is theirs to delete');",
        '',
      ],
      [
        'retires what is pinned',
        'if (isPinned(generation, decision) || shrunkFrom.has(generation)) {',
        'if (shrunkFrom.has(generation)) {',
      ],
      [
        'keeps one copy too few',
        '.slice(0, policy.generationsToKeep - 1));',
        '.slice(0, Math.max(0, policy.generationsToKeep - 2)));',
      ],
      ['keeps no copy for its age', 'if (keepCopiesForInSeconds === 0) return new Map();', 'return new Map();'],
      ['retires with nothing in use', "if (current === null) return keep('no other copy is in use');", ''],
    ],
  ),
  ...of(
    'core/plan/shrinkage.ts',
    ['test/core/plan/shrinkage', 'test/core/plan/pinned'],
    [
      ['pins nothing', 'if (now >= most * (1 - shrinkLimitInPercent / 100)) continue;', 'if (now >= 0) continue;'],
      ['heeds no release', 'return decision?.releasedAt == null || decision.releasedAt < pinned.at;', 'return true;'],
    ],
  ),
  ...of('core/plan/brake.ts', BRAKE, [
    [
      'takes an empty list for true',
      'const isEmpty = accepted.length > 0 && listedIds.length === 0;',
      'const isEmpty = false;',
    ],
    [
      'takes a short list for true',
      'const isShort = gone > 1 && gone > accepted.length * SHARE_THAT_MAY_GO;',
      'const isShort = false;',
    ],
    [
      'takes any confirmation for this one',
      'state.brake.confirmedAt !== null && gone <= state.brake.missing',
      'state.brake.confirmedAt !== null',
    ],
    [
      'lets a person confirm that one resource is two',
      "if (fault === 'other-copies' && earlier?.confirmedAt != null) return null;",
      'if (earlier?.confirmedAt != null) return null;',
    ],
  ]),
  ...of(
    'core/plan/blockers.ts',
    ['test/core/plan/blockers', 'test/replicator/divergence'],
    [
      [
        'does not see a renamed copy',
        'if (project.name !== generation.name && project.name !== generation.intendedName) {',
        'if (project.name === null) {',
      ],
      [
        'does not see a labelled copy',
        'if (digests !== null && digests.held !== digests.read) {',
        'if (digests === undefined) {',
      ],
      ['does not see a trained copy', 'if (revision !== generation.baseline.revision) {', 'if (revision === null) {'],
      [
        'does not see what somebody published',
        'if (publishedBySomebody(generation, replica, source).length > 0) return true;',
        '',
      ],
      [
        'does not see that both sides are one',
        "if (isSource || targetFault === 'one-resource') return oneResource();",
        '',
      ],
    ],
  ),
  ...of(
    'core/plan/slots.ts',
    ['test/core/plan/quota', 'test/replicator/quota'],
    [
      ['imports into a full resource', 'if (held < limit) return null;', 'if (held < limit + 1) return null;'],
      [
        'gives a slot up before its successor serves',
        'if (replica && namesLacking(replica, generation, source).length > 0) return null;',
        '',
      ],
    ],
  ),
  ...of(
    'core/plan/undone.ts',
    ['test/core/plan/undone', 'test/replicator/coming-to-rest'],
    [['repeats for ever what something undoes', 'if (times < MOST_TIMES) return;', 'return;']],
  ),
  ...of(
    'core/plan/copy.ts',
    ['test/core/plan/settled', 'test/replicator/changed-source', 'test/core/plan/waiting-copy'],
    [
      [
        'copies from a source that is itself being imported',
        "if (status !== 'Succeeded') return",
        'if (status === undefined) return',
      ],
      [
        'copies again at once while the source changes',
        'if (justCopied && record.triggeredAt === null) {',
        'if (justCopied === null) {',
      ],
    ],
  ),
  ...of(
    'core/plan/proof.ts',
    ['test/core/plan/proof', 'test/core/plan/labels-due'],
    [
      [
        'never reads the labels of a copy again',
        'return secondsSince(generation.verifiedAt, now) > after;',
        'return after < 0;',
      ],
      ['trusts lastModified for ever', "if (labelEdits === 'moves') return false;", 'return false;'],
    ],
  ),
  ...of(
    'core/plan/settled.ts',
    ['test/core/plan/align', 'test/replicator/frozen-project', 'test/core/plan/settled'],
    [
      ['changes a frozen project', 'if (decision?.frozen === true) return planFrozen(input, decision);', ''],
      [
        'does not look whether somebody changed the copy',
        'const check = checkCopy(input, current, source);',
        'const check = null;',
      ],
      [
        'takes a different source for the same',
        "case 'different':\n      return alreadyHeld",
        "case 'different':\n      if (observed.source) return align(input, current, source);\n      return alreadyHeld",
      ],
      [
        'makes no new copy of one that is gone from the secondary',
        'forgetLostCopies(input) ?? recoverCopies(input, snapshot.name);',
        'recoverCopies(input, snapshot.name);',
      ],
      [
        'does not bring copies back that its records lack',
        'forgetLostCopies(input) ?? recoverCopies(input, snapshot.name);',
        'forgetLostCopies(input);',
      ],
    ],
  ),
  ...of(
    'core/content/verify.ts',
    ['test/core/content/verify', 'test/replicator/steps/incomplete-copy'],
    [
      [
        'does not miss images',
        "const lacking = found < expected && what !== 'iterations';",
        "const lacking = found < expected && what === 'tags';",
      ],
      [
        'takes a lower count for the truth',
        'images: Math.min(counts.images, content.images)',
        'images: Math.max(counts.images, content.images)',
      ],
    ],
  ),
  ...of('core/content/mark.ts', MARK, [
    [
      'takes a mark of another copy for its own',
      'return mark?.replicaProjectId === project.id ? mark : null;',
      'return mark;',
    ],
    [
      'takes copies of another installation for its own',
      'return mark.installation === null || mark.installation === installation;',
      'return true;',
    ],
    ['takes staging names of others for its own', 'return isOurs ? runId : null;', 'return runId;'],
    [
      'takes copies of another project for this one’s',
      'if (mark === null || mark.sourceProjectId !== sourceProjectId) return false;',
      'if (mark === null) return false;',
    ],
    [
      'leaves an old mark in the description',
      'const own = withoutMarks(sourceDescription);',
      'const own = sourceDescription;',
    ],
  ]),
  ...of('core/facts/backoff.ts', BACKOFF, [
    [
      'comes back before the service asked',
      'Math.max(grown, Math.min(failure.retryAfterInSeconds ?? 0, LONGEST_REQUESTED_DELAY))',
      'grown',
    ],
    ['never asks a person', 'const parked = budget !== null && attempts >= budget;', 'const parked = false;'],
    ['counts every failure as the first', 'const inARow = (before?.attempts ?? 0) + 1;', 'const inARow = 1;'],
  ]),
];
