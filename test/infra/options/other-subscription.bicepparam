using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param primaryTrainingResourceId = '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/vision/providers/Microsoft.CognitiveServices/accounts/vision-west'
param primaryPredictionResourceId = '/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/vision/providers/Microsoft.CognitiveServices/accounts/vision-west-prediction'
