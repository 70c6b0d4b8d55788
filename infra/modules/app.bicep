// The function app, on the Flex Consumption plan.

param planName string
param name string
param location string
param tags { *: string }
param identityId string
param identityClientId string
param blobEndpoint string
param queueEndpoint string
param packageContainer string
param applicationInsightsConnectionString string

@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

param instanceMemoryInMegabytes int

@description('ARM id of the subnet that the app goes out from. Empty: the public network.')
param subnetId string

@description('Client id of the application registration that people sign in to. Empty: function keys alone.')
param signInClientId string

@description('Client ids of the other applications whose tokens are taken too, such as that of the Azure CLI.')
param signInAllowedClientIds string[]

@description('The app\'s own settings, by name.')
param settings { *: string }

// The host's. The plan itself says which runtime; FUNCTIONS_WORKER_RUNTIME and its like are refused here.
var hostSettings = {
  AzureWebJobsStorage__blobServiceUri: blobEndpoint
  AzureWebJobsStorage__queueServiceUri: queueEndpoint
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  // Without it anybody who opens the bare address is told that a function app is here.
  AzureWebJobsDisableHomepage: 'true'
}

// The name is App Service's: in place of a client secret, the registration trusts the app's identity.
var signInCredential = 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
var signInSettings = empty(signInClientId) ? {} : { '${signInCredential}': identityClientId }

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'node'
        version: '24'
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryInMegabytes
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      appSettings: [for setting in items(union(hostSettings, signInSettings, settings)): {
        name: setting.key
        value: setting.value
      }]
    }
  }
}

// Deployment goes by Microsoft Entra ID; a password that is never used can only be stolen.
resource ftpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource scmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

// Sign-in stands before everything; who is signed in reads without a key, since a browser can't send one. Excluded are health,
// which any monitor may ask, and the manifest, which clients have to be able to read, by its key, in the middle of an outage.
resource signIn 'Microsoft.Web/sites/config@2025-03-01' = if (!empty(signInClientId)) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: true
      unauthenticatedClientAction: 'RedirectToLoginPage'
      redirectToProvider: 'azureactivedirectory'
      excludedPaths: ['/api/health', '/api/routing']
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: signInClientId
          clientSecretSettingName: signInCredential
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: {
          allowedAudiences: [signInClientId, 'api://${signInClientId}']
          // Otherwise every application of the tenant could ask for a token and come in.
          defaultAuthorizationPolicy: { allowedApplications: concat([signInClientId], signInAllowedClientIds) }
        }
      }
    }
    login: { tokenStore: { enabled: false } }
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
