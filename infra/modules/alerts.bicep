// What someone must act on; docs/operations.md says how, under the names here.
param namePrefix string
param location string
param tags object
param emails array
param namespaceId string
param workspaceId string
param inputQueueNames string[]
param outputQueueName string

@description('Queues that the app only sends to.')
param outgoingQueueNames string[]

@description('Whether an inventory older than two days is an alert.')
param oldInventory bool

var actionGroupIds = empty(emails) ? [] : [actionGroup.id]

// Each line of the app is one JSON object with the name of its event.
var entries = 'AppTraces | extend entry = parse_json(Message) | extend event = tostring(entry.event)'

var metricAlerts = [
  {
    name: 'never-taken'
    description: 'Records or quarantined messages have expired in their queue.'
    severity: 1
    metric: 'DeadletteredMessages'
    aggregation: 'Maximum'
    threshold: 0
    window: 'PT5M'
    queues: outgoingQueueNames
  }
  {
    name: 'input-waits'
    description: 'For half an hour an input queue was never empty: its messages wait, or are not taken.'
    severity: 2
    metric: 'ActiveMessages'
    aggregation: 'Minimum'
    threshold: 0
    window: 'PT30M'
    queues: inputQueueNames
  }
  {
    name: 'output-waits'
    description: 'For six hours the output queue was never empty: its consumer does not keep up, or has stopped.'
    severity: 2
    metric: 'ActiveMessages'
    aggregation: 'Minimum'
    threshold: 0
    window: 'PT6H'
    queues: [outputQueueName]
  }
  {
    name: 'output-full'
    description: 'The output queue holds 4 of its 5 GB; when it is full, records wait in the app.'
    severity: 1
    metric: 'Size'
    aggregation: 'Maximum'
    threshold: 4294967296
    window: 'PT15M'
    queues: [outputQueueName]
  }
]

var logAlerts = concat(
  [
    {
      name: 'right-missing'
      description: 'Defender refuses the app for lack of a right.'
      severity: 1
      query: '${entries} | where event == "defender.denied" | extend endpoint = tostring(entry.endpoint), roles = tostring(entry.roles)'
      dimensions: ['endpoint', 'roles']
      operator: 'GreaterThan'
      threshold: 0
      window: 'PT15M'
    }
    {
      name: 'dead-letters'
      description: 'The broker gave up on messages that the app takes.'
      severity: 1
      query: '${entries} | where event in ("deadLetter.takenBack", "deadLetter.givenUp") | extend queue = tostring(entry.queue), brokerReason = tostring(entry.brokerReason)'
      dimensions: ['queue', 'brokerReason']
      operator: 'GreaterThan'
      threshold: 0
      window: 'PT15M'
    }
    {
      name: 'settings-unusable'
      description: 'A setting is missing or malformed: no trigger runs.'
      severity: 0
      query: '${entries} | where event == "settings.unusable" | extend setting = tostring(entry.setting)'
      dimensions: ['setting']
      operator: 'GreaterThan'
      threshold: 0
      window: 'PT15M'
    }
    {
      name: 'quarantined'
      description: 'Many messages go to quarantine for the same reason.'
      severity: 2
      query: '${entries} | where event == "message.quarantined" | extend reasonCode = tostring(entry.reasonCode)'
      dimensions: ['reasonCode']
      operator: 'GreaterThan'
      threshold: 20
      window: 'PT15M'
    }
    {
      name: 'throttled'
      description: 'Defender answered 429: something else uses the quota.'
      severity: 3
      query: '${entries} | where event == "defender.throttled" | extend endpoint = tostring(entry.endpoint)'
      dimensions: ['endpoint']
      operator: 'GreaterThan'
      threshold: 0
      window: 'PT15M'
    }
    {
      name: 'failures'
      description: 'Deliveries, requests or quota calendars fail.'
      severity: 2
      query: '${entries} | where event in ("delivery.failed", "request.failed", "quota.unavailable")'
      dimensions: ['event']
      operator: 'GreaterThan'
      threshold: 5
      window: 'PT15M'
    }
    {
      name: 'records-delayed'
      description: 'A queue does not take what the app sends.'
      severity: 2
      query: '${entries} | where event in ("publish.delayed", "quarantine.delayed") | extend queue = tostring(entry.queue)'
      dimensions: ['queue']
      operator: 'GreaterThan'
      threshold: 0
      window: 'PT15M'
    }
  ],
  oldInventory
    ? [
        {
          name: 'inventory-old'
          description: 'No inventory was published for two days.'
          severity: 2
          query: '${entries} | where event == "inventory.ended" and tostring(entry.status) == "published"'
          dimensions: []
          operator: 'LessThan'
          threshold: 1
          window: 'P2D'
        }
      ]
    : []
)

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(emails)) {
  name: '${namePrefix}-alerts'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'enricher'
    enabled: true
    emailReceivers: [
      for email in emails: {
        name: email
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource metricAlert 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in metricAlerts: {
    name: '${namePrefix}-${alert.name}'
    location: 'global'
    tags: tags
    properties: {
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [namespaceId]
      evaluationFrequency: 'PT5M'
      windowSize: alert.window
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: alert.name
            metricNamespace: 'Microsoft.ServiceBus/namespaces'
            metricName: alert.metric
            timeAggregation: alert.aggregation
            operator: 'GreaterThan'
            threshold: alert.threshold
            dimensions: [{ name: 'EntityName', operator: 'Include', values: alert.queues }]
          }
        ]
      }
      actions: [for id in actionGroupIds: { actionGroupId: id }]
    }
  }
]

resource logAlert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in logAlerts: {
    name: '${namePrefix}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${namePrefix}-${alert.name}'
      description: alert.description
      severity: alert.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: alert.window == 'P2D' ? 'PT1H' : 'PT5M'
      windowSize: alert.window
      // The table appears with the first line of the app.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: alert.operator
            threshold: alert.threshold
            dimensions: [for dimension in alert.dimensions: { name: dimension, operator: 'Include', values: ['*'] }]
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: actionGroupIds }
    }
  }
]
