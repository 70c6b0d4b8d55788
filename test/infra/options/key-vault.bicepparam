using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param keyVaultResourceId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/secrets/providers/Microsoft.KeyVault/vaults/keys'
param primaryTrainingKeySecretUri = 'https://keys.vault.azure.net/secrets/west'
param secondaryTrainingKeySecretUri = 'https://keys.vault.azure.net/secrets/north'
