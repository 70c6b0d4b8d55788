import { of, type Mutant } from './mutant.ts';

const RETIRE = ['test/replicator/steps/retire', 'test/core/plan/retention'];

/** Breaks of what is done, and of what is told. */
export const BREAKS_OF_EFFECTS: readonly Mutant[] = [
  ...of('replicator/steps/retire.ts', RETIRE, [
    ['retires without another look', 'if (isChanged || (replica !== null', 'if (isChanged && (replica === null'],
    [
      'retires what routing names',
      'if (!isElsewhere || routed !== current?.replicaProjectId) throw stillRouted(generation, routed);',
      'if (current === null) throw stillRouted(generation, routed);',
    ],
    [
      'retires before its successor serves',
      'if (iterations !== null && current.verifiedAt !== null && lacking.length === 0) return;',
      'return;',
    ],
    ['retires what is frozen', 'if (decision?.frozen !== true && !isKept) return;', 'if (!isKept) return;'],
    [
      'retires what is pinned by now',
      'if (decision?.frozen !== true && !isKept) return;',
      'if (decision?.frozen !== true) return;',
    ],
  ]),
  ...of(
    'replicator/steps/discard.ts',
    ['test/replicator/nothing-on-a-guess', 'test/replicator/frozen-project', 'test/replicator/crash-points'],
    [['discards what routing names', 'if (route?.secondary.projectId !== replicaProjectId) return;', 'return;']],
  ),
  ...of(
    'replicator/delete-replica.ts',
    ['test/replicator/steps', 'test/replicator/nothing-on-a-guess', 'test/replicator/taken-over'],
    [
      ['deletes what is not ours', 'if (!byName && !byMark) {', 'if (project.id === null) {'],
      [
        'deletes without ending publications',
        'if (publishName !== null) await unlessGone(',
        'if (publishName === undefined) await unlessGone(',
      ],
    ],
  ),
  ...of(
    'replicator/steps/import.ts',
    ['test/replicator/steps/import', 'test/replicator/secrets', 'test/replicator/crash-points'],
    [
      [
        'imports before it stores that it will',
        'const intended = await save({ ...record, run, triggeredAt: stillTriggered, source: step.before, name });',
        'const intended = { ...record, run, triggeredAt: stillTriggered, source: step.before, name };',
      ],
      [
        'stores the token',
        'stagingName: stagingName(policy.owner, runId),\n      requestedAt',
        'stagingName: exported.token,\n      requestedAt',
      ],
      [
        'takes every failure for a refusal',
        "if (!signal.aborted && failure.executed === 'no')",
        'if (!signal.aborted)',
      ],
    ],
  ),
  ...of(
    'replicator/steps/switch.ts',
    ['test/replicator/crash-points', 'test/replicator/first-copy'],
    [['does not write routing', 'await setRoute(switched, context);', '']],
  ),
  ...of(
    'replicator/replicate-project.ts',
    ['test/replicator/at-once', 'test/replicator/lost-messages', 'test/replicator/saving'],
    [
      [
        'works without the lease',
        '(await deps.leases.acquire(item.projectId)) ?? (await comeBack(item, receivedAt, deps));',
        '(await deps.leases.acquire(item.projectId)) ?? { signal: new AbortController().signal, release: () => Promise.resolve() };',
      ],
      ['keeps the lease', 'await lease.release();', ''],
      [
        'saves although another was first',
        "if (this.#signal.aborted || isFailure(error, 'conflict')) throw error;",
        'if (this.#signal.aborted) throw error;',
      ],
      ['sends no wake', "await this.#deps.queue.enqueue(workItem(projectId, 'wake', id), inSeconds);", ''],
    ],
  ),
  ...of(
    'customvision/retry.ts',
    ['test/customvision/retry', 'test/customvision/failures'],
    [
      [
        'repeats without an end',
        'if (attempts >= budget.attempts || budget.spent.aborted || !isWorthRepeating(error)) throw error;',
        'if (budget.spent.aborted || !isWorthRepeating(error)) throw error;',
      ],
      ['repeats what was refused', 'REPEATED_STATUSES.has(error.status);', 'true;'],
    ],
  ),
  ...of(
    'customvision/transport.ts',
    ['test/customvision/retry', 'test/customvision/client'],
    [
      [
        'repeats ImportProject',
        'attempts: call.operation.repeatable ? limits.attempts : 1,',
        'attempts: limits.attempts,',
      ],
    ],
  ),
  ...of(
    'core/status/project-report.ts',
    ['test/core/status/lag', 'test/core/status/project-report'],
    [
      ['says 0 of a copy that is behind', 'return ageInSeconds(record.inSyncAt, now);', 'return 0;'],
      ['calls what is parked in sync', "if (record?.failure?.needsPerson === true) return 'parked';", ''],
    ],
  ),
  ...of(
    'core/status/readiness.ts',
    ['test/core/status'],
    [
      ['calls a copy ready that lacks a name', 'if (!published.has(publishName))', 'if (publishName === null)'],
      [
        'calls a copy ready that nobody has looked at',
        'if (lookedAt !== null && isLate?.(lookedAt) === true) {',
        'if (lookedAt === undefined) {',
      ],
    ],
  ),
];
