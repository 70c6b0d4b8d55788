// Storage closed to the public network, with the primary allowed past it to write its notifications.
using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param primaryPrincipalId = '22222222-2222-2222-2222-222222222222'
param privateNetwork = true
