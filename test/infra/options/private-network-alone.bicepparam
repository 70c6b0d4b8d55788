// Storage closed altogether: the primary has no identity, so that nothing from outside has to write.
using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param privateNetwork = true
