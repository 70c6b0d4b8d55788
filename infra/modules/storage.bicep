// One storage account for the Functions host, the app's own state and queues, and what Custom Vision writes.

param name string
param location string
param tags { *: string }

@description('How many copies Azure keeps, and where: Standard_ZRS is not to be had in every region.')
param sku string

@description('Object id of the app\'s identity.')
param appPrincipalId string

@minValue(1)
@maxValue(365)
@description('For how long a deleted or overwritten blob can be brought back.')
param retentionInDays int = 30

@description('Closes the account to the public network: reached through private endpoints, and by the resources named below.')
param isPrivate bool

@description('ARM ids of the resources that may write past the closed network, with their own identity and role.')
param writerResourceIds string[]

@description('Keeps the account from being deleted, until somebody removes the lock.')
param isLocked bool

@minValue(0)
@maxValue(146000)
@description('For how long no version of a blob in model-backups can be deleted or changed by anybody. 0: not at all.')
param backupRetentionInDays int

var backupContainerName = 'model-backups'
var notificationQueueName = 'custom-vision-notifications'
var modelExportContainerName = 'model-exports'
var packageContainerName = 'app-package'

var containerNames = [
  'replication-state'
  backupContainerName
  modelExportContainerName
  packageContainerName
]

var queueNames = [
  notificationQueueName
  'custom-vision-notifications-poison'
  'custom-vision-notifications-rejected'
  'replication-work'
  'replication-work-poison'
]

var versionsToForget = {
  'forget-old-versions-of-state': [
    'replication-state/records/'
    'replication-state/locks/'
    'replication-state/sweep.json'
    'replication-state/routing.json'
  ]
  'forget-old-versions-of-the-host': [
    'azure-webjobs-hosts/'
    'azure-webjobs-secrets/'
    '${packageContainerName}/'
  ]
}

var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var queueDataContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'

resource account 'Microsoft.Storage/storageAccounts@2026-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    // Rules for single resources count only where the public endpoint is not switched off altogether.
    publicNetworkAccess: isPrivate && empty(writerResourceIds) ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: isPrivate ? 'Deny' : 'Allow'
      bypass: 'None'
      resourceAccessRules: [for id in (isPrivate ? writerResourceIds : []): {
        tenantId: tenant().tenantId
        resourceId: id
      }]
    }
    supportsHttpsTrafficOnly: true
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2026-06-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: { enabled: true, days: retentionInDays }
    containerDeleteRetentionPolicy: { enabled: true, days: retentionInDays }
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2026-06-01' = [for container in containerNames: {
  parent: blobs
  name: container
  properties: container == backupContainerName && backupRetentionInDays > 0
    ? { publicAccess: 'None', immutableStorageWithVersioning: { enabled: true } }
    : { publicAccess: 'None' }
}]

// For versions, not for the whole container: there no catalogue could be written a second time. Not locked, so that a
// period that was chosen badly can be shortened; locking is a decision that nobody can take back.
resource backupRetention 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2026-06-01' = if (backupRetentionInDays > 0) {
  parent: containers[indexOf(containerNames, backupContainerName)]
  name: 'default'
  properties: { immutabilityPeriodSinceCreationInDays: backupRetentionInDays }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (isLocked) {
  name: 'keep-state-and-backups'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'The state of the Custom Vision replicator and the model backups are in here.'
  }
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2026-06-01' = {
  parent: account
  name: 'default'
  properties: {}
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2026-06-01' = [for queue in queueNames: {
  parent: queueService
  name: queue
  properties: {}
}]

// Only versions that were overwritten are ever deleted, never the blob that is there now: a record, a function key, a
// timer's status and the package that the next instance starts from all have to outlast any quiet time.
// - Of the app: records are written anew in each sweep. Decisions of people and model backups keep all their versions.
// - Of the host: the timer's status and the locks in azure-webjobs-hosts are written with each run; azure-webjobs-secrets
//   holds keys, which a person who renews one wants gone; app-package holds one blob, whose versions are the packages of
//   earlier deployments.
// Age counts from a version's own writing. Soft delete keeps what is deleted here for as long again.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2026-06-01' = {
  parent: account
  name: 'default'
  dependsOn: [blobs]
  properties: {
    policy: {
      rules: [for rule in items(versionsToForget): {
        name: rule.key
        type: 'Lifecycle'
        enabled: true
        definition: {
          filters: {
            blobTypes: ['blockBlob']
            prefixMatch: rule.value
          }
          actions: { version: { delete: { daysAfterCreationGreaterThan: retentionInDays } } }
        }
      }]
    }
  }
}

// Owner, as the host asks for on its storage: it takes leases and sets access of its own blobs.
resource blobRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, appPrincipalId, blobDataOwner)
  scope: account
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataOwner)
  }
}

resource queueRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, appPrincipalId, queueDataContributor)
  scope: account
  properties: {
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', queueDataContributor)
  }
}

output name string = account.name
output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
output notificationQueue string = notificationQueueName
output modelExportContainer string = modelExportContainerName
output packageContainer string = packageContainerName
