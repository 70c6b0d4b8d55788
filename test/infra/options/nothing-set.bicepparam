using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param primaryTrainingResourceId = ''
param secondaryTrainingResourceId = ''
