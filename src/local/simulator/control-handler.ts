import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Answer } from './answers.ts';
import { empty, errorAnswer, json } from './answers.ts';
import type { CallLog } from './calls.ts';
import { ManualClock } from './clock.ts';
import type { Fault, FaultOrder, Faults } from './faults.ts';
import { readBody, send } from './replies.ts';
import { describeState } from './state-report.ts';
import { readUnknowns } from './unknowns.ts';
import type { World } from './world.ts';

export interface ControlParts {
  readonly world: World;
  readonly faults: Faults;
  readonly calls: CallLog;
  readonly orderFault: (order: FaultOrder) => Fault;
}

const settings = z.strictObject({
  unknowns: z.record(z.string(), z.string()).optional(),
  drMode: z.boolean().optional(),
  projectDrMode: z.record(z.string(), z.boolean()).optional(),
});

/** Answers `/simulator/…`: how another process steers this one. It needs no key: only this machine can reach it. */
export async function handleControl(parts: ControlParts, request: IncomingMessage, response: ServerResponse) {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const body = await readBody(request);
  await send(response, await answer(parts, `${request.method ?? ''} ${path}`, body ?? Buffer.alloc(0)));
}

async function answer(parts: ControlParts, what: string, body: Buffer): Promise<Answer> {
  try {
    return (await perform(parts, what, body)) ?? errorAnswer('flat', 404, 'NotFound', `There is no ${what}.`);
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) {
      return errorAnswer('flat', 400, 'BadRequest', error.message);
    }
    throw error;
  }
}

async function perform(parts: ControlParts, what: string, body: Buffer): Promise<Answer | null> {
  const { world, faults, calls } = parts;
  switch (what) {
    case 'GET /simulator/faults':
      return json(faults.list);
    case 'POST /simulator/faults':
      return json(orderFaults(parts, parse(body)));
    case 'DELETE /simulator/faults':
      faults.clear();
      return empty(204);
    case 'GET /simulator/calls':
      return json(calls.all);
    case 'DELETE /simulator/calls':
      calls.clear();
      return empty(204);
    case 'GET /simulator/state':
      return json(describeState(world));
    case 'POST /simulator/settings':
      applySettings(world, parse(body));
      return empty(204);
    case 'GET /simulator/clock':
      return json(describeClock(world));
    case 'POST /simulator/clock':
      await advance(world, parse(body));
      return json(describeClock(world));
    default:
      return null;
  }
}

/** All or none: every order is checked before the first is placed. */
function orderFaults({ faults, orderFault }: ControlParts, given: unknown): Fault[] {
  const orders: unknown[] = Array.isArray(given) ? given : [given];
  for (const order of orders) faults.check(order);
  return orders.map((order) => orderFault(order as FaultOrder));
}

function applySettings(world: World, given: unknown): void {
  const parsed = settings.safeParse(given);
  if (!parsed.success) throw new RangeError(`These are not settings: ${z.prettifyError(parsed.error)}`);
  const { unknowns = {}, drMode, projectDrMode = {} } = parsed.data;
  const checked = readUnknowns(unknowns);
  const projects = Object.entries(projectDrMode).map(([id, on]) => {
    const project = world.projects.get(id.toLowerCase());
    if (project === undefined) throw new RangeError(`There is no project ${id}.`);
    return { project, on };
  });
  Object.assign(world.switches, checked);
  if (drMode !== undefined) world.drMode = drMode;
  for (const { project, on } of projects) project.drMode = on;
}

async function advance(world: World, given: unknown): Promise<void> {
  const parsed = z.strictObject({ advanceInMs: z.number().min(0) }).safeParse(given);
  if (!parsed.success) throw new RangeError('Expected {"advanceInMs": number}.');
  if (!(world.clock instanceof ManualClock)) {
    throw new RangeError('The simulator runs on real time. Start it with a manual clock to advance it.');
  }
  await world.clock.advance(parsed.data.advanceInMs);
}

function describeClock(world: World): object {
  return { now: new Date(world.clock.now()).toISOString(), manual: world.clock instanceof ManualClock };
}

function parse(body: Buffer): unknown {
  return JSON.parse(body.toString('utf8'));
}
