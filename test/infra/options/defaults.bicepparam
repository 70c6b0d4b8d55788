// The least that an installation is given; every other file here adds to it.
using '../../../infra/main.bicep'

param environmentName = 'test'
param location = 'northeurope'
param primaryTrainingResourceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/vision/providers/Microsoft.CognitiveServices/accounts/vision-west'
param secondaryTrainingResourceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/vision/providers/Microsoft.CognitiveServices/accounts/vision-north'
