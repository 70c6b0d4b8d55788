// What there is to see of the app over time, as an Azure workbook.

param location string
param tags { *: string }
param workspaceId string

var title = 'Custom Vision replicator'

var panels = [
  {
    title: 'Projects now'
    query: loadTextContent('../queries/workbook-projects.kql')
    visualization: 'table'
  }
  {
    title: 'Lag against the objective'
    query: loadTextContent('../queries/workbook-lag-over-time.kql')
    visualization: 'timechart'
  }
  {
    title: 'Time to usable, by leg'
    query: loadTextContent('../queries/workbook-time-to-usable.kql')
    visualization: 'unstackedbar'
  }
  {
    title: 'Sweeps'
    query: loadTextContent('../queries/workbook-sweeps.kql')
    visualization: 'table'
  }
  {
    title: 'Failures by class'
    query: loadTextContent('../queries/workbook-failures.kql')
    visualization: 'barchart'
  }
  {
    title: 'Calls and throttling'
    query: loadTextContent('../queries/workbook-calls.kql')
    visualization: 'table'
  }
  {
    title: 'Projects on the secondary'
    query: loadTextContent('../queries/workbook-quota.kql')
    visualization: 'timechart'
  }
  {
    title: 'Model backups'
    query: loadTextContent('../queries/workbook-backups.kql')
    visualization: 'timechart'
  }
]

var timeRange = {
  type: 9
  content: {
    version: 'KqlParameterItem/1.0'
    style: 'pills'
    parameters: [
      {
        id: guid(workspaceId, 'TimeRange')
        version: 'KqlParameterItem/1.0'
        name: 'TimeRange'
        label: 'Time range'
        type: 4
        isRequired: true
        value: { durationMs: 604800000 }
        typeSettings: {
          selectableValues: [
            { durationMs: 86400000 }
            { durationMs: 604800000 }
            { durationMs: 2592000000 }
            { durationMs: 7776000000 }
          ]
          allowCustom: true
        }
      }
    ]
  }
  name: 'TimeRange'
}

var items = [for panel in panels: {
  type: 3
  content: {
    version: 'KqlItem/1.0'
    title: panel.title
    query: panel.query
    size: 0
    timeContextFromParameter: 'TimeRange'
    queryType: 0
    resourceType: 'microsoft.operationalinsights/workspaces'
    crossComponentResources: [workspaceId]
    visualization: panel.visualization
  }
  name: panel.title
}]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'custom-vision-replicator')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: title
    category: 'workbook'
    sourceId: workspaceId
    version: 'Notebook/1.0'
    serializedData: string({
      version: 'Notebook/1.0'
      items: concat([timeRange], items)
      fallbackResourceIds: [workspaceId]
    })
  }
}

output displayName string = title
