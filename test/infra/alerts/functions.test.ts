import { newSigns, withLook, withSign, type Signs } from '../../../src/core/facts/signs.ts';
import { AlertLog } from '../../support/alert-log.ts';
import { after } from '../../support/builders.ts';

const HALF_HOUR = 1_800;
const WORK = { functionName: 'replicationWork', queue: 'replication-work' };
const MESSAGE = { messageId: 'first', dequeueCount: 0 };

/** One message has waited in the work queue from the start until that look, in seconds. */
function waitingUntil(at: number): Signs {
  const look = (signs: Signs, lookedAt: number) =>
    withLook(signs, WORK, { messages: [MESSAGE] }, after(lookedAt), () => after(at));
  return look(look(newSigns(after(0)), 0), at);
}

describe('function-silent', () => {
  const alerts = (log: AlertLog, at: number) => log.alerts('function-silent', at);

  it('names a function whose message is not taken from one sweep to the next', () => {
    const log = new AlertLog().sweep(0, { signs: waitingUntil(0) });
    expect(alerts(log, 60)).toEqual([]);
    log.sweep(HALF_HOUR, { signs: waitingUntil(HALF_HOUR) });
    expect(alerts(log, HALF_HOUR + 60)).toEqual([
      { functionName: 'replicationWork', queue: 'replication-work', silentSeconds: HALF_HOUR },
    ]);
  });

  it('names a timer, which has no queue', () => {
    const signs = withSign(newSigns(after(0)), 'replicationWork', after(0));
    const log = new AlertLog().measure(7 * 3_600, { signs });
    expect(alerts(log, 7 * 3_600 + 60)).toEqual([{ functionName: 'tellMetrics', queue: '', silentSeconds: 7 * 3_600 }]);
  });

  it('ends with the measurement after the function ran', () => {
    const log = new AlertLog().sweep(HALF_HOUR, { signs: waitingUntil(HALF_HOUR) });
    expect(alerts(log, HALF_HOUR + 60)).toHaveLength(1);
    const signs = withSign(waitingUntil(HALF_HOUR), 'replicationWork', after(HALF_HOUR + 120));
    log.measure(2 * HALF_HOUR, { signs });
    expect(alerts(log, 2 * HALF_HOUR + 60)).toEqual([]);
  });
});
