param name string
param location string
param tags object
@allowed(['Standard', 'Premium'])
param skuName string

@description('Messaging units, of a Premium namespace only.')
param capacity int

@allowed(['Enabled', 'Disabled'])
param publicNetworkAccess string

@description('Names by what the queues are for: siem, lookup, inventory, output, request, quarantine.')
param queueNames object

// An id follows from the content of a message, so a second delivery sends nothing anew: the queue drops it. Senders to
// the SIEM queue choose their own ids, so it keeps none.
var dropsDuplicates = { requiresDuplicateDetection: true, duplicateDetectionHistoryTimeWindow: 'P2D' }
var queues = [
  { name: queueNames.siem, properties: {} }
  { name: queueNames.lookup, properties: dropsDuplicates }
  { name: queueNames.inventory, properties: dropsDuplicates }
  { name: queueNames.output, properties: union(dropsDuplicates, { maxSizeInMegabytes: 5120 }) }
  // Looked through again and again, which must not dead-letter.
  { name: queueNames.quarantine, properties: union(dropsDuplicates, { maxDeliveryCount: 2000 }) }
  { name: queueNames.request, properties: dropsDuplicates }
]

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: skuName == 'Premium' ? { name: skuName, tier: skuName, capacity: capacity } : { name: skuName, tier: skuName }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: publicNetworkAccess
  }
}

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for item in queues: {
    parent: namespace
    name: item.name
    properties: union(
      {
        lockDuration: 'PT5M'
        maxDeliveryCount: 10
        defaultMessageTimeToLive: 'P14D'
        deadLetteringOnMessageExpiration: true
        requiresDuplicateDetection: false
        requiresSession: false
        maxSizeInMegabytes: 1024
      },
      item.properties
    )
  }
]

output id string = namespace.id
output name string = namespace.name
