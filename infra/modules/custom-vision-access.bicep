// What the app may do on one Custom Vision resource: exactly the data actions of what it calls, and no control-plane
// action but reading the prediction resource that it publishes to. In particular, it can't list keys.

param accountName string

@description('Object id of the app\'s identity.')
param principalId string

@allowed(['source', 'target', 'publish'])
@description('The primary training resource, the secondary one, or the secondary prediction resource.')
param access string

@description('Whether the app sets the storage integration on the source\'s projects.')
param mayConfigureProjects bool = false

@description('Whether the app asks the source for model exports.')
param mayExportModels bool = false

param useCustomRole bool

@description('Makes the names of the roles unique in the tenant.')
param roleSuffix string

var customVision = 'Microsoft.CognitiveServices/accounts/CustomVision'
var reads = ['${customVision}/domains/read', '${customVision}/projects/read', '${customVision}/projects/*/read']

var permissions = {
  source: {
    actions: []
    dataActions: concat(
      reads,
      mayConfigureProjects ? ['${customVision}/projects/write'] : [],
      mayExportModels ? ['${customVision}/projects/iterations/export/action'] : []
    )
    notDataActions: []
  }
  target: {
    actions: []
    dataActions: concat(reads, [
      '${customVision}/projects/import/action'
      '${customVision}/projects/write'
      '${customVision}/projects/delete'
      '${customVision}/projects/iterations/publish/action'
      '${customVision}/projects/iterations/publish/delete'
    ])
    notDataActions: ['${customVision}/projects/export/read']
  }
  // It is not documented what a caller of PublishIteration needs on the prediction resource; this is what its name asks for.
  publish: {
    actions: ['Microsoft.CognitiveServices/accounts/read']
    dataActions: [
      '${customVision}/projects/iterations/publish/action'
      '${customVision}/projects/iterations/publish/delete'
      '${customVision}.Prediction/projects/iterations/publish/action'
      '${customVision}.Prediction/projects/iterations/publish/delete'
    ]
    notDataActions: []
  }
}

// Of the built-in roles, only Contributor may export, import and update; reading with export is in Data Reader too.
var customVisionContributor = 'c1ff6cc2-c111-46fe-8896-e0ef812ad9f3'
var customVisionDeployment = '5c4089e1-6d96-4d2f-b296-c1bc7137275f'
var cognitiveServicesDataReader = 'b59867f0-fa02-499b-be73-45a86b5b3e1c'
var builtInRoles = {
  source: mayConfigureProjects || mayExportModels ? customVisionContributor : cognitiveServicesDataReader
  target: customVisionContributor
  publish: customVisionDeployment
}

var groupId = resourceGroup().id
var customRoleName = guid(groupId, accountName, access, roleSuffix)
var roleName = useCustomRole ? customRoleName : builtInRoles[access]

resource account 'Microsoft.CognitiveServices/accounts@2026-07-01' existing = {
  name: accountName
}

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = if (useCustomRole) {
  name: customRoleName
  properties: {
    roleName: 'Custom Vision Replicator ${access} ${roleSuffix} ${uniqueString(groupId, accountName)}'
    description: 'What the Custom Vision replicator does on the resource that is its ${access}.'
    type: 'CustomRole'
    permissions: [
      {
        actions: permissions[access].actions
        notActions: []
        dataActions: permissions[access].dataActions
        notDataActions: permissions[access].notDataActions
      }
    ]
    assignableScopes: [groupId]
  }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, principalId, roleName)
  scope: account
  dependsOn: [role]
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleName)
  }
}

output endpoint string = account.properties.endpoint
