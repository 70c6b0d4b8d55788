// The endpoint of a Custom Vision resource that is only told to clients: no rights are given.

param accountName string

resource account 'Microsoft.CognitiveServices/accounts@2026-07-01' existing = {
  name: accountName
}

output endpoint string = account.properties.endpoint
