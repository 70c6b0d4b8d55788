using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param alertEmail = 'on-call@example.org'
param alertWebhookUri = 'https://example.org/alerts'
