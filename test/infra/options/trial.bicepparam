using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param createTrialResources = true
