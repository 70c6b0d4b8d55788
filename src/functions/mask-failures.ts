import { app as functions } from '@azure/functions';
import { app } from '../app/app.ts';

// The host logs what a function throws, and masks only some of its message and nothing of its stack. This runs after
// every trigger, those that are added later too.
functions.hook.postInvocation((context) => {
  if (context.error !== null && context.error !== undefined) context.error = app().thrown(context.error);
});
