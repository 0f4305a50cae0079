// Every right the app has in Azure. Its rights in Defender: infra/grantDefender.ts.

@description('Object id of the identity.')
param principalId string
param namespaceName string
param receiveFrom string[]
param sendTo string[]
param stateStorageName string
param hostStorageName string
param insightsName string

// learn.microsoft.com/azure/role-based-access-control/built-in-roles, 2026-11
var builtIn = {
  serviceBusDataReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
  serviceBusDataSender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}
var groupId = resourceGroup().id
var roleDefinitions = 'Microsoft.Authorization/roleDefinitions'

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource receiveQueue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = [
  for queue in receiveFrom: {
    parent: namespace
    name: queue
  }
]

resource sendQueue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = [
  for queue in sendTo: {
    parent: namespace
    name: queue
  }
]

resource stateStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: stateStorageName
}

resource hostStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: hostStorageName
}

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource receiver 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in receiveFrom: {
    scope: receiveQueue[index]
    name: guid(namespace.id, queue, principalId, builtIn.serviceBusDataReceiver)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(roleDefinitions, builtIn.serviceBusDataReceiver)
    }
  }
]

resource sender 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queue, index) in sendTo: {
    scope: sendQueue[index]
    name: guid(namespace.id, queue, principalId, builtIn.serviceBusDataSender)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(roleDefinitions, builtIn.serviceBusDataSender)
    }
  }
]

// What the scaler counts messages with, and /api/status. Built-in roles that may do so may also send, receive and delete.
resource queueReader 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(namespace.id, 'queueReader')
  properties: {
    roleName: 'Defender enricher: count messages (${namespaceName})'
    description: 'Reads queues and their counts, not their messages.'
    type: 'CustomRole'
    permissions: [{ actions: ['Microsoft.ServiceBus/namespaces/*/read'] }]
    assignableScopes: [groupId]
  }
}

resource counter 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: namespace
  name: guid(namespace.id, principalId, 'queueReader')
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: queueReader.id
  }
}

resource stateTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: stateStorage
  name: guid(stateStorage.id, principalId, builtIn.storageTableDataContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(roleDefinitions, builtIn.storageTableDataContributor)
  }
}

resource stateBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: stateStorage
  name: guid(stateStorage.id, principalId, builtIn.storageBlobDataContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(roleDefinitions, builtIn.storageBlobDataContributor)
  }
}

// Function keys, leases of timers, the package. Tables and queues the host asks for only with other kinds of triggers.
resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: hostStorage
  name: guid(hostStorage.id, principalId, builtIn.storageBlobDataOwner)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(roleDefinitions, builtIn.storageBlobDataOwner)
  }
}

resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: component
  name: guid(component.id, principalId, builtIn.monitoringMetricsPublisher)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(roleDefinitions, builtIn.monitoringMetricsPublisher)
  }
}
