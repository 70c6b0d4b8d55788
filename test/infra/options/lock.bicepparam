// The storage account can't be deleted.
using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param lockStorage = true
