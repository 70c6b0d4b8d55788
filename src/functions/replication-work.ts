import { app as functions } from '@azure/functions';
import { app, bindings } from '../app/app.ts';
import { invocationOf } from './invocation.ts';

const { workQueue, workConnection } = bindings();

functions.storageQueue('replicationWork', {
  queueName: workQueue,
  connection: workConnection,
  handler: (message, context) => app().work(message, invocationOf(context)),
});

functions.storageQueue('replicationWorkPoison', {
  queueName: `${workQueue}-poison`,
  connection: workConnection,
  handler: (message, context) => app().takePoisonWork(message, invocationOf(context)),
});
