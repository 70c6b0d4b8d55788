using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param useCustomRoles = false
