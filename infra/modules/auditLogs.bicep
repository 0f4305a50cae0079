// Who made, changed or removed a queue, and who deleted blobs. What is read and written is not logged: the app does that
// many times for each lookup.
param workspaceId string
param namespaceName string
param storageNames string[]

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' existing = [
  for storageName in storageNames: {
    name: storageName
  }
]

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' existing = [
  for (storageName, index) in storageNames: {
    parent: account[index]
    name: 'default'
  }
]

// No stable version has these properties.
resource queues 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: namespace
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'OperationalLogs', enabled: true }]
  }
}

resource blobs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = [
  for (storageName, index) in storageNames: {
    scope: blobService[index]
    name: 'audit'
    properties: {
      workspaceId: workspaceId
      logs: [{ category: 'StorageDelete', enabled: true }]
    }
  }
]
