// Two training and two prediction resources, for a trial. S0, since a subscription may have one free resource of a kind.

param names {
  primaryTraining: string
  primaryPrediction: string
  secondaryTraining: string
  secondaryPrediction: string
}

param primaryLocation string
param secondaryLocation string
param tags { *: string }

var accounts = [
  { name: names.primaryTraining, kind: 'CustomVision.Training', location: primaryLocation, identity: 'SystemAssigned' }
  { name: names.primaryPrediction, kind: 'CustomVision.Prediction', location: primaryLocation, identity: 'None' }
  { name: names.secondaryTraining, kind: 'CustomVision.Training', location: secondaryLocation, identity: 'None' }
  { name: names.secondaryPrediction, kind: 'CustomVision.Prediction', location: secondaryLocation, identity: 'None' }
]

// An own subdomain is what lets a resource take tokens of Microsoft Entra ID.
resource resources 'Microsoft.CognitiveServices/accounts@2026-07-01' = [for account in accounts: {
  name: account.name
  location: account.location
  tags: tags
  kind: account.kind
  sku: { name: 'S0' }
  identity: { type: account.identity }
  properties: {
    customSubDomainName: account.name
    publicNetworkAccess: 'Enabled'
  }
}]

output primaryPrincipalId string = resources[0].identity.principalId
