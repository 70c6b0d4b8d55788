import { app as functions } from '@azure/functions';
import { requestVerification } from '../app/triggers.ts';
import { answering, json, open } from './invocation.ts';

functions.http('verifyBackups', {
  route: 'backups/verify',
  methods: ['POST'],
  authLevel: 'function',
  handler: answering(async (_request, context) => {
    const enqueued = await requestVerification(open(context));
    return enqueued === null
      ? json(409, { code: 'DRY_RUN', message: 'Backups are left as they are while DRY_RUN is on.' })
      : json(202, { enqueued });
  }),
});
