import { app as functions } from '@azure/functions';
import { bindings } from '../app/bindings.ts';
import { onNotification, onPoisonNotification } from '../app/triggers.ts';
import { poisonQueueOf } from '../core/facts/storage-names.ts';
import { open } from './invocation.ts';

const { notificationQueue, notificationConnection } = bindings();

functions.storageQueue('customVisionNotifications', {
  queueName: notificationQueue,
  connection: notificationConnection,
  handler: (message, context) => onNotification(open(context), message, context.triggerMetadata),
});

functions.storageQueue('customVisionNotificationsPoison', {
  queueName: poisonQueueOf(notificationQueue),
  connection: notificationConnection,
  handler: (message, context) => onPoisonNotification(open(context), message),
});
