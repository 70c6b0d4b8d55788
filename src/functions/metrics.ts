import { app as functions } from '@azure/functions';
import { app } from '../app/app.ts';
import { onMetrics } from '../app/scheduled-sweep.ts';
import { METRICS_TIMER } from '../core/facts/functions.ts';
import { invocationOf, open } from './invocation.ts';

// Alerts look back two days, and a schedule may pause for longer. Without these metrics a paused schedule would look
// like an app that is dead.
functions.timer('tellMetrics', {
  schedule: METRICS_TIMER.schedule,
  handler: (_timer, context) => onMetrics(open(context)),
});

// After each invocation of whatever function, failed ones too.
functions.hook.postInvocation(({ invocationContext }) => app().logCalls(invocationOf(invocationContext)));
