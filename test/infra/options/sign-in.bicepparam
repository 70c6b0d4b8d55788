// People sign in before they reach the page; the Azure CLI may come in with a token.
using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param signInClientId = '33333333-3333-3333-3333-333333333333'
param signInAllowedClientIds = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'
