import { app as functions } from '@azure/functions';
import { app } from '../app/app.ts';
import { invocationOf } from './invocation.ts';

// A function that the host has put in error leaves no other trace than that it never runs. This runs before every trigger,
// those that are added later too; which of them are watched is the app's to know.
functions.hook.preInvocation(({ invocationContext }) =>
  app().ran(invocationContext.functionName, invocationOf(invocationContext)),
);
