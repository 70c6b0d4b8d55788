import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');

interface Month {
  readonly projects: number;
  readonly sweeps: number;
  readonly customVisionCalls: number;
  readonly executions: number;
  readonly gbSeconds: number;
  readonly logMegabytes: number;
  readonly alertRulesEvery5Minutes: number;
  readonly alertRulesEvery15Minutes: number;
  readonly cost: (Record<string, number> & { readonly unpriced: readonly string[] }) | null;
}

function node(...flags: string[]) {
  return spawnSync(process.execPath, [join(root, 'scripts', 'cost.mjs'), ...flags], { cwd: root, encoding: 'utf8' });
}

function months(...flags: string[]): Month[] {
  const { status, stdout, stderr } = node('--json', ...flags);
  if (status !== 0) throw new Error(`cost.mjs ended with ${String(status)}: ${stderr}`);
  return JSON.parse(stdout) as Month[];
}

function month(...flags: string[]): Month {
  const [only] = months('--projects', '100', ...flags);
  if (only === undefined) throw new Error('There is no month.');
  return only;
}

describe('what a month takes', () => {
  it('is reckoned for 10, 100 and 300 projects unless told otherwise, and grows with them', () => {
    const [ten, hundred, threeHundred] = months();
    expect([ten?.projects, hundred?.projects, threeHundred?.projects]).toEqual([10, 100, 300]);
    expect(hundred?.customVisionCalls).toBeGreaterThan(5 * (ten?.customVisionCalls ?? Infinity));
    expect(threeHundred?.gbSeconds).toBeGreaterThan(hundred?.gbSeconds ?? Infinity);
  });

  it('holds one sweep for each time of the schedule in 30 days', () => {
    expect(month('--schedule-minutes', '30').sweeps).toBe(1_440);
    expect(month('--schedule-minutes', '120').sweeps).toBe(360);
  });

  it.each([
    ['a rarer schedule', ['--schedule-minutes', '120'], 'customVisionCalls'],
    ['a rarer schedule', ['--schedule-minutes', '120'], 'logMegabytes'],
    ['fewer changes', ['--copies-per-project', '0'], 'customVisionCalls'],
    ['fewer images', ['--images', '100'], 'customVisionCalls'],
    ['fewer changes', ['--copies-per-project', '0'], 'executions'],
  ] as const)('is less with %s (%j: %s)', (_what, flags, quantity) => {
    expect(month(...flags)[quantity]).toBeLessThan(month()[quantity]);
  });

  it('counts a package for each platform and change', () => {
    expect(month('--platforms', '2').customVisionCalls).toBeGreaterThan(month().customVisionCalls);
  });

  it('takes four times the GB-seconds with four times the memory', () => {
    const [small, large] = ['512', '2048'].map((memory) => month('--instance-memory-mb', memory).gbSeconds);
    expect(large).toBeGreaterThan(3.99 * (small ?? 0));
    expect(large).toBeLessThan(4.01 * (small ?? 0));
  });

  it('counts the alert rules that the deployment makes, by how often they are looked at', () => {
    const { alertRulesEvery5Minutes: often, alertRulesEvery15Minutes: rarely } = month();
    const bicep = readFileSync(join(root, 'infra', 'modules', 'alerts.bicep'), 'utf8');
    expect(often + rarely).toBe(bicep.match(/loadTextContent\('\.\.\/queries\/alert-/g)?.length);
    expect(Math.min(often, rarely)).toBeGreaterThan(0);
    expect(month('--no-alerts')).toMatchObject({ alertRulesEvery5Minutes: 0, alertRulesEvery15Minutes: 0 });
  });

  it('costs nothing that is known until prices are given, and says which are not', () => {
    expect(month().cost).toBeNull();
    const { cost, executions, gbSeconds } = month('--price-execution', '0.5', '--price-gb-second', '2');
    expect(cost).toMatchObject({ executions: executions * 0.5, gbSeconds: gbSeconds * 2 });
    expect(cost?.['sum']).toBe(executions * 0.5 + gbSeconds * 2);
    expect(cost?.unpriced).toEqual(['calls', 'log', 'rules5', 'rules15']);
    expect(node('--price-execution', '0.5').stdout).toContain('No price was given for: calls, gbSeconds');
  });

  it.each([
    ['--projects', 'ten'],
    ['--projects', '10,'],
    ['--schedule-minutes', '0'],
    ['--price-call', '-1'],
    ['--nonsense', '1'],
  ])('refuses %s %s', (flag, value) => {
    const { status, stderr } = node(flag, value);
    expect(status).not.toBe(0);
    expect(stderr).toContain(flag);
  });
});
