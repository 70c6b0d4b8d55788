import { app as functions } from '@azure/functions';
import { bindings } from '../app/bindings.ts';
import { onSchedule } from '../app/scheduled-sweep.ts';
import { open } from './invocation.ts';

functions.timer('replicateOnSchedule', {
  schedule: bindings().schedule,
  handler: (_timer, context) => onSchedule(open(context)),
});
