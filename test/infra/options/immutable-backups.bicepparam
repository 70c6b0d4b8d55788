// No version of a model backup can be deleted or changed for a year.
using '../../../infra/main.bicep'
extends 'defaults.bicepparam'

param backupRetentionInDays = 365
