using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param primaryPrincipalId = '00000000-0000-0000-0000-000000000003'
param configureStorageIntegration = true
param exportPlatforms = 'ONNX'
