// Everything that the replicator needs in a subscription, in one resource group in the secondary region: it has to
// survive the loss of the primary one. Rights on the Custom Vision resources are given where those resources are.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('The name of the azd environment. Part of the resource group\'s name, and of what makes names unique.')
param environmentName string

@minLength(1)
@description('Where everything is deployed: the region of the secondary Custom Vision resource.')
param location string

@description('The resource group for everything that is created.')
param resourceGroupName string = 'rg-${environmentName}'

// The Custom Vision resources.

@description('ARM id of the training resource whose projects are protected. It may be in another resource group or subscription.')
param primaryTrainingResourceId string = ''

@description('ARM id of the training resource that holds the copies, in another region.')
param secondaryTrainingResourceId string = ''

@description('ARM id of the prediction resource that the primary publishes to; only told to clients. May be empty.')
param primaryPredictionResourceId string = ''

@description('ARM id of the prediction resource that copies are published to. Empty: copies are kept, but not published.')
param secondaryPredictionResourceId string = ''

@description('Creates the four Custom Vision resources, for a trial, in place of existing ones.')
param createTrialResources bool = false

@description('The region of the primary resources of a trial. The secondary ones are in the region of everything else.')
param trialPrimaryLocation string = 'westeurope'

@description('Object id of the primary training resource\'s system-assigned identity. Empty until somebody has enabled it: then it is given no rights.')
param primaryPrincipalId string = ''

@description('Creates roles that allow exactly what the app does. False: the nearest built-in roles, for those who may not create roles.')
param useCustomRoles bool = true

// Training keys, only where Microsoft Entra ID can't be used.

@description('ARM id of the Key Vault with the training keys. Empty: no keys, the app signs in with its identity.')
param keyVaultResourceId string = ''

@description('URI of the secret with the primary\'s training key. Empty: Microsoft Entra ID.')
param primaryTrainingKeySecretUri string = ''

@description('URI of the secret with the secondary\'s training key. Empty: Microsoft Entra ID.')
param secondaryTrainingKeySecretUri string = ''

// What is replicated, and how often. docs/settings.md tells of each setting.

@description('When all projects are looked at: NCRONTAB, six fields, UTC.')
param replicationSchedule string = '0 */30 * * * *'

@description('How far a copy may lag behind: an ISO 8601 duration.')
param recoveryPointObjective string = 'PT2H'

@description('The projects to replicate: names, ids or globs, separated by commas. Empty: all.')
param includeProjects string = ''

@description('The projects to leave out, in the same form.')
param excludeProjects string = ''

@minValue(1)
@maxValue(20)
@description('How many copies of a project to keep, the current one included.')
param generationsToKeep int = 2

@description('One copy that is at least this old is kept besides, while slots allow: an ISO 8601 duration.')
param keepCopiesFor string = 'P7D'

@minValue(1)
@maxValue(100)
@description('How many percent a project may lose from one revision to the next before the copy of the one before is pinned.')
param shrinkLimit int = 20

@minValue(1)
@maxValue(10000)
@description('How many projects the secondary may hold: 100 in tier S0, 2 in tier F0.')
param secondaryProjectLimit int = 100

@description('The model packages to back up after each training, such as ONNX,TensorFlow:TensorFlowLite. Empty: none.')
param exportPlatforms string = ''

@description('Sets the notification queue and the export container on every project of the primary that lacks them.')
param configureStorageIntegration bool = false

@description('The version of the training API.')
param customVisionApiVersion string = 'v3.3'

@description('The version of the training API for a project\'s queue and container.')
param storageIntegrationApiVersion string = 'v3.4-preview'

@description('What pages, tabs and alerts call this installation. Empty: the name of the function app.')
param appTitle string = ''

@description('Only looks, and reports what would be done.')
param dryRun bool = false

// Pace and size. docs/operations.md tells how these belong together.

@minValue(1)
@maxValue(100)
@description('The most calls per second to one Custom Vision resource from one instance.')
param callsPerSecond int = 4

@minValue(1)
@maxValue(1000)
@description('The most instances of each function. Where the region refuses less than 40, set 40 and callsPerSecond 1.')
param maximumInstanceCount int = 1

@allowed([512, 2048, 4096])
@description('The memory of an instance. 512 is enough by measurement; docs/operations.md tells when to take more.')
param instanceMemoryInMegabytes int = 512

@allowed(['Standard_LRS', 'Standard_ZRS'])
@description('Whether the storage account is spread over the region\'s zones. Standard_LRS where the region has none.')
param storageSku string = 'Standard_ZRS'

// What a policy may ask for. Each is off unless asked for, since each has a price: docs/install.md, Options.

@description('Puts the app into a virtual network, and closes storage to every other.')
param privateNetwork bool = false

@description('The addresses of that network: at least 256, used nowhere else that it will be connected to.')
param privateNetworkAddressPrefix string = '10.90.0.0/24'

@description('Client id of the application registration that people sign in to, beside the function key. Empty: the key alone.')
param signInClientId string = ''

@description('Client ids of the other applications whose tokens are taken too, separated by commas.')
param signInAllowedClientIds string = ''

@description('Keeps the storage account from being deleted, until somebody removes the lock.')
param lockStorage bool = false

@minValue(0)
@maxValue(146000)
@description('For how many days no version of a model backup can be deleted or changed by anybody. 0: not at all.')
param backupRetentionInDays int = 0

// Who is told.

@description('Where alerts are mailed to. Empty: nobody is mailed.')
param alertEmail string = ''

@secure()
@description('Where alerts are posted to, as Azure\'s common alert schema. Empty: nowhere.')
param alertWebhookUri string = ''

// A variable, since an output may not read a secure parameter, not even to ask whether it is empty.
var isNobodyTold = empty(alertEmail) && empty(alertWebhookUri)
var tags = { 'azd-env-name': environmentName }
var token = toLower(uniqueString(subscription().id, environmentName, location))
var group = '${subscription().id}/resourceGroups/${resourceGroupName}'
var accounts = '${group}/providers/Microsoft.CognitiveServices/accounts'
var trialNames = {
  primaryTraining: 'cvr-primary-${token}'
  primaryPrediction: 'cvr-primary-prediction-${token}'
  secondaryTraining: 'cvr-secondary-${token}'
  secondaryPrediction: 'cvr-secondary-prediction-${token}'
}

// Until it has an identity, and an id that it is known by, the primary can write nothing.
var primaryMayWrite = createTrialResources || !empty(primaryPrincipalId)

// An id that is missing leads to a resource group whose name says so: a deployment's scope can't be checked otherwise.
var notSet = '${subscription().id}/resourceGroups/parameter-not-set/providers/Microsoft.CognitiveServices/accounts'
var givenPrimaryId = empty(primaryTrainingResourceId) ? '${notSet}/primaryTrainingResourceId' : primaryTrainingResourceId
var givenSecondaryId = empty(secondaryTrainingResourceId) ? '${notSet}/secondaryTrainingResourceId' : secondaryTrainingResourceId
var primaryTrainingId = createTrialResources ? '${accounts}/${trialNames.primaryTraining}' : givenPrimaryId
var secondaryTrainingId = createTrialResources ? '${accounts}/${trialNames.secondaryTraining}' : givenSecondaryId
var primaryPredictionId = createTrialResources ? '${accounts}/${trialNames.primaryPrediction}' : primaryPredictionResourceId
var secondaryPredictionId = createTrialResources ? '${accounts}/${trialNames.secondaryPrediction}' : secondaryPredictionResourceId

// Scopes are worked out even for modules that are left out, and the parts of an empty id can't be: any id will do there.
var primaryTraining = split(primaryTrainingId, '/')
var secondaryTraining = split(secondaryTrainingId, '/')
var primaryPrediction = split(empty(primaryPredictionId) ? primaryTrainingId : primaryPredictionId, '/')
var secondaryPrediction = split(empty(secondaryPredictionId) ? secondaryTrainingId : secondaryPredictionId, '/')
var keyVault = split(empty(keyVaultResourceId) ? '${group}/providers/Microsoft.KeyVault/vaults/none' : keyVaultResourceId, '/')

resource resources 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: resources
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: resources
  // A rule for a resource is refused before that resource is there.
  dependsOn: [trial]
  params: {
    name: 'st${token}'
    sku: storageSku
    location: location
    tags: tags
    appPrincipalId: identity.outputs.principalId
    isPrivate: privateNetwork
    writerResourceIds: primaryMayWrite ? [primaryTrainingId] : []
    isLocked: lockStorage
    backupRetentionInDays: backupRetentionInDays
  }
}

module network 'modules/private-network.bicep' = if (privateNetwork) {
  name: 'private-network'
  scope: resources
  params: {
    name: 'vnet-${token}'
    addressPrefix: privateNetworkAddressPrefix
    location: location
    tags: tags
    storageAccountName: storage.outputs.name
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: resources
  params: {
    workspaceName: 'log-${token}'
    applicationInsightsName: 'appi-${token}'
    location: location
    tags: tags
    appPrincipalId: identity.outputs.principalId
  }
}

module trial 'modules/custom-vision-trial.bicep' = if (createTrialResources) {
  name: 'custom-vision-trial'
  scope: resources
  params: {
    names: trialNames
    primaryLocation: trialPrimaryLocation
    secondaryLocation: location
    tags: tags
  }
}

module sourceAccess 'modules/custom-vision-access.bicep' = {
  name: 'custom-vision-source-${token}'
  scope: resourceGroup(primaryTraining[2], primaryTraining[4])
  dependsOn: [trial]
  params: {
    accountName: primaryTraining[8]
    principalId: identity.outputs.principalId
    access: 'source'
    mayConfigureProjects: configureStorageIntegration
    mayExportModels: !empty(exportPlatforms)
    useCustomRole: useCustomRoles
    roleSuffix: token
  }
}

module targetAccess 'modules/custom-vision-access.bicep' = {
  name: 'custom-vision-target-${token}'
  scope: resourceGroup(secondaryTraining[2], secondaryTraining[4])
  dependsOn: [trial]
  params: {
    accountName: secondaryTraining[8]
    principalId: identity.outputs.principalId
    access: 'target'
    useCustomRole: useCustomRoles
    roleSuffix: token
  }
}

module publishAccess 'modules/custom-vision-access.bicep' = if (!empty(secondaryPredictionId)) {
  name: 'custom-vision-publish-${token}'
  scope: resourceGroup(secondaryPrediction[2], secondaryPrediction[4])
  dependsOn: [trial]
  params: {
    accountName: secondaryPrediction[8]
    principalId: identity.outputs.principalId
    access: 'publish'
    useCustomRole: useCustomRoles
    roleSuffix: token
  }
}

module primaryPredictionEndpoint 'modules/account-endpoint.bicep' = if (!empty(primaryPredictionId)) {
  name: 'primary-prediction-endpoint-${token}'
  scope: resourceGroup(primaryPrediction[2], primaryPrediction[4])
  dependsOn: [trial]
  params: {
    accountName: primaryPrediction[8]
  }
}

module primaryIdentity 'modules/primary-identity.bicep' = if (primaryMayWrite) {
  name: 'primary-identity'
  scope: resources
  params: {
    storageAccountName: storage.outputs.name
    notificationQueue: storage.outputs.notificationQueue
    modelExportContainer: storage.outputs.modelExportContainer
    principalId: createTrialResources ? trial!.outputs.primaryPrincipalId : primaryPrincipalId
  }
}

module keyVaultAccess 'modules/key-vault-access.bicep' = if (!empty(keyVaultResourceId)) {
  name: 'key-vault-access-${token}'
  scope: resourceGroup(keyVault[2], keyVault[4])
  params: {
    vaultName: keyVault[8]
    principalId: identity.outputs.principalId
  }
}

module app 'modules/app.bicep' = {
  name: 'app'
  scope: resources
  dependsOn: [keyVaultAccess]
  params: {
    planName: 'plan-${token}'
    name: 'func-${token}'
    location: location
    tags: union(tags, { 'azd-service-name': 'app' })
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    queueEndpoint: storage.outputs.queueEndpoint
    packageContainer: storage.outputs.packageContainer
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryInMegabytes: instanceMemoryInMegabytes
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    signInClientId: signInClientId
    signInAllowedClientIds: empty(signInAllowedClientIds) ? [] : split(signInAllowedClientIds, ',')
    // Every setting is there, if only with its default: the host can't resolve %NAME% in a trigger otherwise.
    settings: {
      PRIMARY_TRAINING_ENDPOINT: sourceAccess.outputs.endpoint
      PRIMARY_TRAINING_KEY: empty(primaryTrainingKeySecretUri) ? '' : '@Microsoft.KeyVault(SecretUri=${primaryTrainingKeySecretUri})'
      PRIMARY_PREDICTION_ENDPOINT: empty(primaryPredictionId) ? '' : primaryPredictionEndpoint!.outputs.endpoint
      PRIMARY_PREDICTION_RESOURCE_ID: primaryPredictionId
      SECONDARY_TRAINING_ENDPOINT: targetAccess.outputs.endpoint
      SECONDARY_TRAINING_KEY: empty(secondaryTrainingKeySecretUri) ? '' : '@Microsoft.KeyVault(SecretUri=${secondaryTrainingKeySecretUri})'
      SECONDARY_PREDICTION_ENDPOINT: empty(secondaryPredictionId) ? '' : publishAccess!.outputs.endpoint
      SECONDARY_PREDICTION_RESOURCE_ID: secondaryPredictionId
      REPLICATOR_STORAGE__blobServiceUri: storage.outputs.blobEndpoint
      REPLICATOR_STORAGE__queueServiceUri: storage.outputs.queueEndpoint
      REPLICATOR_STORAGE__credential: 'managedidentity'
      REPLICATOR_STORAGE__clientId: identity.outputs.clientId
      INTEGRATION_STORAGE__blobServiceUri: storage.outputs.blobEndpoint
      INTEGRATION_STORAGE__queueServiceUri: storage.outputs.queueEndpoint
      INTEGRATION_STORAGE__credential: 'managedidentity'
      INTEGRATION_STORAGE__clientId: identity.outputs.clientId
      NOTIFICATION_QUEUE: storage.outputs.notificationQueue
      MODEL_EXPORT_CONTAINER: storage.outputs.modelExportContainer
      CONFIGURE_STORAGE_INTEGRATION: string(configureStorageIntegration)
      REPLICATION_SCHEDULE: replicationSchedule
      RECOVERY_POINT_OBJECTIVE: recoveryPointObjective
      INCLUDE_PROJECTS: includeProjects
      EXCLUDE_PROJECTS: excludeProjects
      GENERATIONS_TO_KEEP: string(generationsToKeep)
      KEEP_COPIES_FOR: keepCopiesFor
      SHRINK_LIMIT: string(shrinkLimit)
      SECONDARY_PROJECT_LIMIT: string(secondaryProjectLimit)
      EXPORT_PLATFORMS: exportPlatforms
      CALLS_PER_SECOND: string(callsPerSecond)
      CUSTOM_VISION_API_VERSION: customVisionApiVersion
      STORAGE_INTEGRATION_API_VERSION: storageIntegrationApiVersion
      DRY_RUN: string(dryRun)
      APP_TITLE: appTitle
    }
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: resources
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    email: alertEmail
    webhookUri: alertWebhookUri
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  scope: resources
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}

output RESOURCE_GROUP string = resources.name
output FUNCTION_APP_NAME string = app.outputs.name
output FUNCTION_APP_URL string = app.outputs.url
output STORAGE_ACCOUNT_NAME string = storage.outputs.name
output WORKBOOK_NAME string = workbook.outputs.displayName
output PRIMARY_TRAINING_ID string = primaryTrainingId
output SECONDARY_TRAINING_ID string = secondaryTrainingId
output NOTIFICATION_QUEUE_URI string = '${storage.outputs.queueEndpoint}${storage.outputs.notificationQueue}'
output MODEL_EXPORT_CONTAINER_URI string = '${storage.outputs.blobEndpoint}${storage.outputs.modelExportContainer}'
output PRIMARY_IDENTITY string = empty(primaryPrincipalId) && !createTrialResources
  ? 'SKIPPED: primaryPrincipalId is empty, so the primary may not write notifications and model exports yet. Enable its system-assigned identity, set PRIMARY_PRINCIPAL_ID and provision again: docs/install.md, step 5.'
  : 'The primary may write to the notification queue and the export container.'
output ALERTS string = isNobodyTold
  ? 'NOBODY IS TOLD: neither alertEmail nor alertWebhookUri is set. Alerts are shown in the portal only.'
  : 'Alerts are sent.'
