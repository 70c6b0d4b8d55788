// Alert rules over the app's log events, and who is told. Each rule raises one alert for each project, or resource, that its
// query names, and resolves it once the query no longer does.

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

// How far each query looks back: the most that Azure allows. Whatever is raised goes on for as long as the app measures it,
// and for two days after the last measurement. The app measures at each sweep, and every six hours.
var lookBack = 'P2D'

var rules = [
  {
    name: 'lag-at-risk'
    title: 'A copy lags behind'
    text: 'A copy may be further behind its source than one and a half of the waits that the schedule has.'
    severity: warn
    splitBy: 'projectName'
    query: loadTextContent('../queries/alert-lag-at-risk.kql')
  }
  {
    name: 'lag-in-breach'
    title: 'A copy is beyond its objective'
    text: 'A copy may be further behind its source than the recovery point objective allows.'
    severity: page
    splitBy: 'projectName'
    query: loadTextContent('../queries/alert-lag-in-breach.kql')
  }
  {
    name: 'nothing-ran'
    title: 'No sweep has completed'
    text: 'The next sweep was due, and none has completed: nothing is protected from now on.'
    severity: page
    splitBy: ''
    query: loadTextContent('../queries/alert-nothing-ran.kql')
  }
  {
    name: 'function-silent'
    title: 'A function does not run'
    text: 'Messages lie in the queue of a function, or its time has passed, and it has not run. The host has put it in error, or it is switched off.'
    severity: page
    splitBy: 'functionName'
    query: loadTextContent('../queries/alert-function-silent.kql')
  }
  {
    name: 'unprotected'
    title: 'A project has no copy'
    text: 'A project in scope has had no good copy for longer than a copy should take.'
    severity: page
    splitBy: 'projectName'
    query: loadTextContent('../queries/alert-unprotected.kql')
  }
  {
    name: 'verification-failed'
    title: 'A copy was incomplete'
    text: 'The newest copy of a project was discarded as failed or incomplete. It is made again.'
    severity: warn
    splitBy: 'projectName'
    query: loadTextContent('../queries/alert-verification-failed.kql')
  }
  {
    name: 'verification-failed-again'
    title: 'Copies of a project are incomplete again and again'
    text: 'Two or more copies of a project in a row were discarded as failed or incomplete.'
    severity: page
    splitBy: 'projectName'
    query: loadTextContent('../queries/alert-verification-failed-again.kql')
  }
  {
    name: 'parked'
    title: 'A project waits for a person'
    text: 'A project has waited for a person for more than 15 minutes. Status says what to do.'
    severity: page
    splitBy: 'projectName'
    query: loadTextContent('../queries/alert-parked.kql')
  }
  {
    name: 'stuck'
    title: 'An import takes too long'
    text: 'An import has been running for more than three times its estimate.'
    severity: warn
    splitBy: 'projectName'
    query: loadTextContent('../queries/alert-stuck.kql')
  }
  {
    name: 'quota-low'
    title: 'The secondary is nearly full'
    text: 'The secondary holds more than 85 % of the projects that it may.'
    severity: warn
    splitBy: ''
    query: loadTextContent('../queries/alert-quota-low.kql')
  }
  {
    name: 'quota-exhausted'
    title: 'The secondary is full'
    text: 'The secondary holds more than 95 % of the projects that it may: new copies have no room.'
    severity: page
    splitBy: ''
    query: loadTextContent('../queries/alert-quota-exhausted.kql')
  }
  {
    name: 'rejected-messages'
    title: 'Messages could not be acted on'
    text: 'A notification or a work message could not be acted on. Rejected notifications wait in their queue.'
    severity: warn
    splitBy: ''
    query: loadTextContent('../queries/alert-rejected-messages.kql')
  }
  {
    name: 'brake'
    title: 'The brake is on'
    text: 'The primary lists far fewer projects than before. Nothing is taken for deleted until the list is right again or confirmed.'
    severity: page
    splitBy: ''
    query: loadTextContent('../queries/alert-brake.kql')
  }
  {
    name: 'resource-unavailable'
    title: 'A resource does not answer'
    text: 'At the end of two sweeps or more, the primary or the secondary was not reached, failed, or refused the key or the role, and it has answered no call since.'
    severity: page
    splitBy: 'resourceName'
    query: loadTextContent('../queries/alert-resource-unavailable.kql')
  }
  {
    name: 'content-shrank'
    title: 'A project lost much of its content'
    text: 'A project on the primary has lost more images, tags, regions or trained iterations than SHRINK_LIMIT allows. The copy from before is kept until a person releases it.'
    severity: page
    splitBy: 'projectName'
    query: loadTextContent('../queries/alert-content-shrank.kql')
  }
  {
    name: 'failed-over'
    title: 'Clients still use the secondary'
    text: 'Routing has been sending the clients of a project to the secondary for more than a day.'
    severity: warn
    splitBy: 'projectName'
    query: loadTextContent('../queries/alert-failed-over.kql')
  }
  {
    name: 'backups-failing'
    title: 'Model backups are lacking'
    text: 'Model backups of a project are lost or changed, or could not be made.'
    severity: warn
    splitBy: 'projectName'
    query: loadTextContent('../queries/alert-backups-failing.kql')
  }
  {
    name: 'functional-proof-old'
    title: 'No drill has passed for long'
    text: 'For two weeks no drill has found the copy of a project to answer as its source does.'
    severity: warn
    splitBy: 'projectName'
    query: loadTextContent('../queries/alert-functional-proof-old.kql')
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
    // No query gives a TimeGenerated, so that its rows are counted together, whatever day they are of.
    windowSize: 'P1D'
    overrideQueryTimeRange: lookBack
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
          dimensions: empty(rule.splitBy) ? [] : [
            {
              name: rule.splitBy
              operator: 'Include'
              values: ['*']
            }
          ]
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
