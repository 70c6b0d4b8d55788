import { app as functions } from '@azure/functions';
import { app } from '../app/app.ts';
import { onMetrics } from '../app/scheduled-sweep.ts';
import { invocationOf, open } from './invocation.ts';

// Alerts look back two days, and a schedule may rest for longer: without this they would not know an office that is
// closed from an app that is dead.
functions.timer('tellMetrics', {
  schedule: '0 15 */6 * * *',
  handler: (_timer, context) => onMetrics(open(context)),
});

// After each invocation of whatever function, failed ones too.
functions.hook.postInvocation(({ invocationContext }) => app().tellCalls(invocationOf(invocationContext)));
