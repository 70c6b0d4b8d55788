// Alert rules over the app's log events, and who is told. Each rule raises one alert for each project that its query
// names, and resolves it once the query no longer does.

param location string
param tags { *: string }
param workspaceId string

@description('Empty: nobody is mailed.')
param email string

@secure()
@description('Empty: nothing is posted.')
param webhookUri string

// Severities as Azure counts them: 1 wakes somebody up, 2 can wait until the morning.
var page = 1
var warn = 2

// How far a query looks back. A measurement comes with each sweep, so this has to be longer than the longest interval
// between two; the rule that notices their absence needs one and a half. Two days is the most that Azure allows.
var oneDay = 'P1D'
var twoDays = 'P2D'

var rules = [
  {
    name: 'lag-at-risk'
    title: 'A copy lags behind'
    text: 'A copy may be further behind its source than one and a half intervals between sweeps.'
    severity: warn
    lookBack: oneDay
    isByProject: true
    query: loadTextContent('../queries/alert-lag-at-risk.kql')
  }
  {
    name: 'lag-in-breach'
    title: 'A copy is beyond its objective'
    text: 'A copy may be further behind its source than the recovery point objective allows.'
    severity: page
    lookBack: oneDay
    isByProject: true
    query: loadTextContent('../queries/alert-lag-in-breach.kql')
  }
  {
    name: 'nothing-ran'
    title: 'No sweep has completed'
    text: 'No sweep has completed for one and a half intervals: nothing is protected from now on.'
    severity: page
    lookBack: twoDays
    isByProject: false
    query: loadTextContent('../queries/alert-nothing-ran.kql')
  }
  {
    name: 'unprotected'
    title: 'A project has no copy'
    text: 'A project in scope has had no good copy for longer than a first copy should take.'
    severity: page
    lookBack: oneDay
    isByProject: true
    query: loadTextContent('../queries/alert-unprotected.kql')
  }
  {
    name: 'verification-failed'
    title: 'A copy was incomplete'
    text: 'The newest copy of a project was discarded as failed or incomplete. It is made again.'
    severity: warn
    lookBack: oneDay
    isByProject: true
    query: loadTextContent('../queries/alert-verification-failed.kql')
  }
  {
    name: 'verification-failed-again'
    title: 'Copies of a project are incomplete again and again'
    text: 'Two or more copies of a project in a row were discarded as failed or incomplete.'
    severity: page
    lookBack: oneDay
    isByProject: true
    query: loadTextContent('../queries/alert-verification-failed-again.kql')
  }
  {
    name: 'parked'
    title: 'A project waits for a person'
    text: 'A project has waited for a person for more than 15 minutes. Status says what to do.'
    severity: page
    lookBack: oneDay
    isByProject: true
    query: loadTextContent('../queries/alert-parked.kql')
  }
  {
    name: 'stuck'
    title: 'An import takes too long'
    text: 'An import has been running for more than three times its estimate.'
    severity: warn
    lookBack: oneDay
    isByProject: true
    query: loadTextContent('../queries/alert-stuck.kql')
  }
  {
    name: 'quota-low'
    title: 'The secondary is nearly full'
    text: 'The secondary holds more than 85 % of the projects that it may.'
    severity: warn
    lookBack: oneDay
    isByProject: false
    query: loadTextContent('../queries/alert-quota-low.kql')
  }
  {
    name: 'quota-exhausted'
    title: 'The secondary is full'
    text: 'The secondary holds more than 95 % of the projects that it may: new copies have no room.'
    severity: page
    lookBack: oneDay
    isByProject: false
    query: loadTextContent('../queries/alert-quota-exhausted.kql')
  }
  {
    name: 'rejected-messages'
    title: 'Messages could not be acted on'
    text: 'A notification or a work message could not be acted on. Rejected notifications wait in their queue.'
    severity: warn
    lookBack: oneDay
    isByProject: false
    query: loadTextContent('../queries/alert-rejected-messages.kql')
  }
  {
    name: 'brake'
    title: 'The brake is on'
    text: 'The primary lists far fewer projects than before. Nothing is taken for deleted until the list is right again or confirmed.'
    severity: page
    lookBack: oneDay
    isByProject: false
    query: loadTextContent('../queries/alert-brake.kql')
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'custom-vision-replicator'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'cvreplicator'
    emailReceivers: empty(email) ? [] : [
      {
        name: 'email'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
    webhookReceivers: empty(webhookUri) ? [] : [
      {
        name: 'webhook'
        serviceUri: webhookUri
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [for rule in rules: {
  name: 'custom-vision-replicator-${rule.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'Custom Vision replicator: ${rule.title}'
    description: rule.text
    enabled: true
    severity: rule.severity
    scopes: [workspaceId]
    evaluationFrequency: rule.severity == page ? 'PT5M' : 'PT15M'
    windowSize: oneDay
    overrideQueryTimeRange: rule.lookBack
    autoMitigate: true
    // A workspace that is new has no table yet to validate the query against.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: rule.isByProject ? [
            {
              name: 'projectName'
              operator: 'Include'
              values: ['*']
            }
          ] : []
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: { actionGroups: [people.id] }
  }
}]
