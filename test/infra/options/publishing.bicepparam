using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param primaryPredictionResourceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/vision/providers/Microsoft.CognitiveServices/accounts/vision-west-prediction'
param secondaryPredictionResourceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/vision/providers/Microsoft.CognitiveServices/accounts/vision-north-prediction'
