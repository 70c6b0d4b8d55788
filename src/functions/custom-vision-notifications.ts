import { app as functions } from '@azure/functions';
import { app, bindings } from '../app/app.ts';
import { invocationOf } from './invocation.ts';

const { notificationQueue, notificationConnection } = bindings();

functions.storageQueue('customVisionNotifications', {
  queueName: notificationQueue,
  connection: notificationConnection,
  handler: (message, context) => app().takeNotification(message, invocationOf(context)),
});

functions.storageQueue('customVisionNotificationsPoison', {
  queueName: `${notificationQueue}-poison`,
  connection: notificationConnection,
  handler: (message, context) => app().takePoisonNotification(message, invocationOf(context)),
});
