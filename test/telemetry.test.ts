import type { ReplicatorEvent } from '../src/core/facts/events.ts';
import { createEventSink, levelOf, type LogLevel } from '../src/telemetry.ts';
import { createMask } from '../src/masking.ts';
import { ManualClock } from './support/manual-clock.ts';

const CANARY = 'canaryQ7Zt9xLmN2pRsV4wK8yB3cD6f';
const SHOP = '0f8fad5b-d9cb-469f-a165-70867728950e';

function recordLines() {
  const lines: { level: LogLevel; line: string }[] = [];
  const write = (level: LogLevel, line: string): void => void lines.push({ level, line });
  return { lines, write };
}

function stepFailed(message: string): ReplicatorEvent {
  return {
    event: 'step.failed',
    projectId: SHOP,
    runId: null,
    step: 'begin-import',
    class: 'throttled',
    code: '429',
    message,
    hint: `Wait; see https://x/y?sig=${CANARY}`,
    attempts: 1,
    nextAttemptAt: null,
    requestId: null,
  };
}

describe('the event sink', () => {
  it('writes an event as one line of JSON, its name first', () => {
    const { lines, write } = recordLines();
    const sink = createEventSink({ write, clock: new ManualClock(), operationId: 'op-1' });
    sink.emit({ event: 'project.behind', projectId: SHOP, reason: 'training\nnow' });
    expect(lines).toEqual([
      {
        level: 'info',
        line:
          '{"event":"project.behind","at":"2026-01-05T08:00:00.000Z",' +
          `"projectId":"${SHOP}","reason":"training\\nnow","operationId":"op-1"}`,
      },
    ]);
  });

  it('masks every text, at whatever depth', () => {
    const { lines, write } = recordLines();
    const sink = createEventSink({ write, clock: new ManualClock(), operationId: `Bearer ${CANARY}` });
    sink.emit(stepFailed(`POST /projects/import?token=${CANARY}`));
    sink.emit({
      event: 'settings.invalid',
      problems: [{ setting: 'REPLICATOR_STORAGE', message: `AccountKey=${CANARY}`, expected: `?sig=${CANARY}` }],
    });
    expect(lines).toHaveLength(2);
    for (const { line } of lines) expect(line).not.toContain(CANARY);
  });

  it('masks what it was told is secret', () => {
    const { lines, write } = recordLines();
    createEventSink({ write, clock: new ManualClock(), operationId: 'op-1', mask: createMask([CANARY]) }).emit(
      stepFailed(`Odd: ${CANARY}.`),
    );
    expect(JSON.parse(lines[0]!.line)).toMatchObject({ message: 'Odd: ***.' });
  });

  it('shortens what would not fit in a log', () => {
    const { lines, write } = recordLines();
    createEventSink({ write, clock: new ManualClock(), operationId: 'op-1' }).emit(stepFailed('x'.repeat(5_000)));
    expect(JSON.parse(lines[0]!.line)).toMatchObject({ message: `${'x'.repeat(4_000)}… (1000 more characters)` });
  });

  it.each<[ReplicatorEvent['event'], LogLevel]>([
    ['project.protected', 'info'],
    ['sweep.completed', 'info'],
    ['step.failed', 'warn'],
    ['import.discarded', 'warn'],
    ['notification.rejected', 'warn'],
    ['sweep.failed', 'error'],
    ['project.parked', 'error'],
    ['settings.invalid', 'error'],
  ])('logs %s as %s', (event, level) => {
    expect(levelOf(event)).toBe(level);
  });
});
