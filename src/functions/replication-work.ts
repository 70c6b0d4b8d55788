import { app as functions } from '@azure/functions';
import { bindings } from '../app/bindings.ts';
import { onPoisonWork, onWork } from '../app/triggers.ts';
import { poisonQueueOf } from '../core/facts/storage-names.ts';
import { open } from './invocation.ts';

const { workQueue, workConnection } = bindings();

functions.storageQueue('replicationWork', {
  queueName: workQueue,
  connection: workConnection,
  handler: (message, context) => onWork(open(context), message),
});

functions.storageQueue('replicationWorkPoison', {
  queueName: poisonQueueOf(workQueue),
  connection: workConnection,
  handler: (message, context) => onPoisonWork(open(context), message),
});
