import { app as functions } from '@azure/functions';
import { keepResourceStates } from '../app/resource-states.ts';
import { look } from './invocation.ts';

// After each invocation, failed ones too, whatever function it was of.
functions.hook.postInvocation(async ({ invocationContext }) => {
  const opened = look(invocationContext);
  if (!('problems' in opened)) await keepResourceStates(opened);
});
