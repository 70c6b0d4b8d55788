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

var notificationQueueName = 'custom-vision-notifications'
var modelExportContainerName = 'model-exports'
var packageContainerName = 'app-package'

var containerNames = [
  'replication-state'
  'model-backups'
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
    publicNetworkAccess: 'Enabled'
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
  properties: { publicAccess: 'None' }
}]

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

// Records are written anew in each sweep, and each time the version before is kept: without an end these would be
// thousands. Decisions of people and model backups keep all their versions.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2026-06-01' = {
  parent: account
  name: 'default'
  dependsOn: [blobs]
  properties: {
    policy: {
      rules: [
        {
          name: 'forget-old-versions-of-state'
          type: 'Lifecycle'
          enabled: true
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: [
                'replication-state/records/'
                'replication-state/locks/'
                'replication-state/sweep.json'
                'replication-state/routing.json'
                '${packageContainerName}/'
              ]
            }
            actions: { version: { delete: { daysAfterCreationGreaterThan: retentionInDays } } }
          }
        }
      ]
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
