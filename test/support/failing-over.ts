import { failBack } from '../../src/app/failback.ts';
import { plan } from '../../src/app/failover-facts.ts';
import { failOver } from '../../src/app/failover.ts';
import type { FailbackBody, FailoverBody } from '../../src/core/facts/decision.ts';
import type { FailoverPlan } from '../../src/core/status/failover-plan.ts';
import { currentOf } from './scenery.ts';
import type { StoredProject } from '../../src/local/simulator/index.ts';
import { openedApp } from './opened-app.ts';
import { PREDICTION_RESOURCE, type World } from './world.ts';

export const WHO = { by: 'Ada', reason: 'the region is down' };

const SETTINGS = {
  PRIMARY_PREDICTION_ENDPOINT: 'https://live.example',
  SECONDARY_PREDICTION_ENDPOINT: 'https://dr.example',
  SECONDARY_PREDICTION_RESOURCE_ID: PREDICTION_RESOURCE,
};

const everyone = { projects: [], all: true };

/** The results of sending clients to copies, `all` in scope unless told; a code where nothing was done. */
export function sendOver(world: World, body: Partial<FailoverBody> = {}) {
  const which = body.projects === undefined ? everyone : { projects: body.projects, all: false };
  return failOver(openedApp(world, SETTINGS), { evenIfNotReady: false, ...WHO, ...body, ...which });
}

export function sendBack(world: World, body: Partial<FailbackBody> = {}) {
  const which = body.projects === undefined ? everyone : { projects: body.projects, all: false };
  return failBack(openedApp(world, SETTINGS), { work: 'refuse', ...WHO, ...body, ...which });
}

/** Only the outcomes, by name; a code where nothing was done. */
export async function outcomesOf(answer: ReturnType<typeof sendOver>): Promise<Record<string, string> | string> {
  const results = await answer;
  if ('code' in results) return results.code;
  return Object.fromEntries(results.map(({ name, outcome }) => [name, outcome]));
}

/** Sends clients to the copy of Flowers, the only project, and ends what follows from it; answers with that copy's id. */
export async function sentOver(world: World, { id }: StoredProject): Promise<string> {
  expect(await outcomesOf(sendOver(world))).toEqual({ Flowers: 'done' });
  await world.settle();
  return (await currentOf(world, id)).replicaProjectId;
}

export async function planOf(
  world: World,
  wanted: readonly string[] = [],
  settings: Readonly<Record<string, string>> = SETTINGS,
): Promise<FailoverPlan> {
  const answer = await plan(openedApp(world, settings), wanted);
  if ('code' in answer) throw new Error(`${answer.message} ${answer.hint}`);
  return answer;
}
