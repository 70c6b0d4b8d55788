import { app as functions } from '@azure/functions';
import { app, bindings } from '../app/app.ts';
import { invocationOf } from './invocation.ts';

functions.timer('replicateOnSchedule', {
  schedule: bindings().schedule,
  handler: (_timer, context) => app().sweep(invocationOf(context)),
});
