// Everything the app needs in Azure: `azd up`, or `az deployment sub create`. `npm run infra` prints what it makes.
targetScope = 'subscription'

import { appSettings } from 'settings.bicep'

@description('Name of the deployment; the names of all resources follow from it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Azure region. It must offer Flex Consumption.')
param location string

@description('Resource group that holds everything.')
param resourceGroupName string = 'rg-${environmentName}'

@description('Tenant whose machines are asked for.')
param defenderTenantId string = subscription().tenantId

@description('Settings that differ from their defaults; docs/settings.md explains them.')
param settings appSettings = {}

@description('Version of Node.')
@allowed(['22', '24'])
param nodeVersion string = '22'

@description('Memory of one instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Most instances of each function; the HTTP routes count as one. Some regions refuse less than 40.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Instances that never stop, as { name, instanceCount }: http, or function:<name>.')
param alwaysReady array = []

@description('Redundancy of both storage accounts.')
@allowed(['Standard_LRS', 'Standard_ZRS'])
param storageSku string = 'Standard_LRS'

@description('Reach storage and Service Bus through private endpoints only. Service Bus is Premium then.')
param privateNetwork bool = false

@description('Addresses of the virtual network; at least a /26.')
param networkAddressPrefix string = '10.80.0.0/24'

@description('Whether callers reach the HTTP routes from the Internet. Without, only through a private endpoint.')
param publicHttp bool = true

@description('Messaging units of a Premium namespace.')
@allowed([1, 2, 4, 8, 16])
param serviceBusCapacity int = 1

@description('Client id of the app registration that callers ask tokens for. Empty: function keys.')
param entraClientId string = ''

@description('Who gets the alerts by mail, with commas between. Empty: they show in the portal only.')
param alertEmails string = ''

@description('Alert when the newest inventory is older than two days. Off for a schedule that is not daily.')
param alertOnOldInventory bool = true

@description('Log who changes queues and who deletes blobs.')
param auditLogs bool = true

@description('How long logs are kept, in days.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var publicAccess = privateNetwork ? 'Disabled' : 'Enabled'
var resultKeepDays = int(settings.?RESULT_KEEP_DAYS ?? '30')

var serviceBusSuffix = environment().name == 'AzureUSGovernment'
  ? 'servicebus.usgovcloudapi.net'
  : 'servicebus.windows.net'

var serviceBusZone = 'privatelink.${serviceBusSuffix}'
var blobZone = 'privatelink.blob.${environment().suffixes.storage}'
var tableZone = 'privatelink.table.${environment().suffixes.storage}'
var siteZone = environment().name == 'AzureUSGovernment'
  ? 'privatelink.azurewebsites.us'
  : 'privatelink.azurewebsites.net'

var queues = {
  siem: 'siem-indicators'
  lookup: 'lookups'
  inventory: 'inventory-pages'
  output: 'enriched-machines'
  request: 'enriched-requests'
  quarantine: 'quarantine'
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module logs 'modules/logs.bicep' = {
  name: 'logs'
  scope: group
  params: {
    name: 'log-${token}'
    location: location
    tags: tags
    retentionDays: logRetentionDays
  }
}

module insights 'modules/insights.bicep' = {
  name: 'insights'
  scope: group
  params: {
    name: 'appi-${token}'
    location: location
    tags: tags
    workspaceId: logs.outputs.id
  }
}

// Function keys, leases of timers, the deployed package. Apart from the state: other rights, another life.
module hostStorage 'modules/storage.bicep' = {
  name: 'hostStorage'
  scope: group
  params: {
    name: 'sthost${token}'
    location: location
    tags: tags
    skuName: storageSku
    publicNetworkAccess: publicAccess
    containers: ['packages']
    tables: []
    lifecycleRules: []
  }
}

// Rules remove what housekeeping, which knows the times exactly, has left behind.
module stateStorage 'modules/storage.bicep' = {
  name: 'stateStorage'
  scope: group
  params: {
    name: 'ststate${token}'
    location: location
    tags: tags
    skuName: storageSku
    publicNetworkAccess: publicAccess
    containers: ['answers', 'results', 'quarantine', 'inventory']
    tables: ['quota', 'claims', 'batches', 'activity', 'inventory']
    lifecycleRules: [
      { name: 'answers', prefix: 'answers/', days: 31 }
      { name: 'work', prefix: 'results/work/', days: 31 }
      { name: 'requests', prefix: 'results/requests/', days: 31 }
      { name: 'records', prefix: 'results/records/', days: resultKeepDays + 1 }
      { name: 'quarantine', prefix: 'quarantine/', days: 31 }
    ]
  }
}

module serviceBus 'modules/serviceBus.bicep' = {
  name: 'serviceBus'
  scope: group
  params: {
    name: 'sb-${token}'
    location: location
    tags: tags
    skuName: privateNetwork ? 'Premium' : 'Standard'
    capacity: serviceBusCapacity
    publicNetworkAccess: publicAccess
    queueNames: queues
  }
}

module audit 'modules/auditLogs.bicep' = if (auditLogs) {
  name: 'auditLogs'
  scope: group
  params: {
    workspaceId: logs.outputs.id
    namespaceName: serviceBus.outputs.name
    storageNames: [hostStorage.outputs.name, stateStorage.outputs.name]
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: tags
    addressPrefix: networkAddressPrefix
  }
}

module dataEndpoints 'modules/privateEndpoints.bicep' = if (privateNetwork) {
  name: 'dataEndpoints'
  scope: group
  params: {
    location: location
    tags: tags
    #disable-next-line BCP318
    networkId: network.outputs.id
    #disable-next-line BCP318
    subnetId: network.outputs.endpointSubnetId
    zones: [serviceBusZone, blobZone, tableZone]
    endpoints: [
      { name: 'pe-servicebus-${token}', resourceId: serviceBus.outputs.id, groupId: 'namespace', zone: serviceBusZone }
      { name: 'pe-host-blob-${token}', resourceId: hostStorage.outputs.id, groupId: 'blob', zone: blobZone }
      { name: 'pe-state-blob-${token}', resourceId: stateStorage.outputs.id, groupId: 'blob', zone: blobZone }
      { name: 'pe-state-table-${token}', resourceId: stateStorage.outputs.id, groupId: 'table', zone: tableZone }
    ]
  }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    principalId: identity.outputs.principalId
    namespaceName: serviceBus.outputs.name
    receiveFrom: [queues.siem, queues.lookup, queues.inventory]
    sendTo: [queues.siem, queues.lookup, queues.inventory, queues.output, queues.request, queues.quarantine]
    stateStorageName: stateStorage.outputs.name
    hostStorageName: hostStorage.outputs.name
    insightsName: insights.outputs.name
  }
}

module plan 'modules/plan.bicep' = {
  name: 'plan'
  scope: group
  params: {
    name: 'plan-${token}'
    location: location
    tags: tags
  }
}

module app 'modules/app.bicep' = {
  name: 'app'
  scope: group
  params: {
    name: 'func-${token}'
    location: location
    tags: tags
    planId: plan.outputs.id
    identityId: identity.outputs.id
    packageContainerUri: '${hostStorage.outputs.blobUri}packages'
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: alwaysReady
    publicHttp: publicHttp
    #disable-next-line BCP318
    subnetId: privateNetwork ? network.outputs.appSubnetId : null
    entraClientId: entraClientId
    insightsName: insights.outputs.name
    // Later ones win.
    settings: union(
      {
        AzureWebJobsStorage__blobServiceUri: hostStorage.outputs.blobUri
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.outputs.clientId
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
        ServiceBusConnection__fullyQualifiedNamespace: '${serviceBus.outputs.name}.${serviceBusSuffix}'
        ServiceBusConnection__credential: 'managedidentity'
        ServiceBusConnection__clientId: identity.outputs.clientId
        StateStorage__tableServiceUri: stateStorage.outputs.tableUri
        StateStorage__blobServiceUri: stateStorage.outputs.blobUri
        StateStorage__credential: 'managedidentity'
        StateStorage__clientId: identity.outputs.clientId
        SIEM_QUEUE: queues.siem
        LOOKUP_QUEUE: queues.lookup
        INVENTORY_QUEUE: queues.inventory
        OUTPUT_QUEUE: queues.output
        REQUEST_QUEUE: queues.request
        QUARANTINE_QUEUE: queues.quarantine
        DEFENDER_TENANT_ID: defenderTenantId
        DEFENDER_CLIENT_ID: identity.outputs.clientId
      },
      empty(entraClientId)
        ? {}
        : {
            HTTP_AUTH: 'entra'
            ENTRA_AUDIENCE: 'api://${entraClientId}'
            ENTRA_TENANT_ID: subscription().tenantId
          },
      settings
    )
  }
  // With its first start the app has its rights, and names that lead to private addresses.
  dependsOn: [roles, dataEndpoints]
}

module siteEndpoint 'modules/privateEndpoints.bicep' = if (privateNetwork && !publicHttp) {
  name: 'siteEndpoint'
  scope: group
  params: {
    location: location
    tags: tags
    #disable-next-line BCP318
    networkId: network.outputs.id
    #disable-next-line BCP318
    subnetId: network.outputs.endpointSubnetId
    zones: [siteZone]
    endpoints: [
      { name: 'pe-site-${token}', resourceId: app.outputs.id, groupId: 'sites', zone: siteZone }
    ]
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    namePrefix: environmentName
    location: location
    tags: tags
    emails: empty(alertEmails) ? [] : split(alertEmails, ',')
    namespaceId: serviceBus.outputs.id
    workspaceId: logs.outputs.id
    inputQueueNames: [queues.siem, queues.lookup, queues.inventory]
    outputQueueName: queues.output
    outgoingQueueNames: [queues.output, queues.request, queues.quarantine]
    oldInventory: alertOnOldInventory
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: {
    name: guid(group.id, 'workbook')
    location: location
    tags: tags
    displayName: 'Defender enricher (${environmentName})'
    workspaceId: logs.outputs.id
  }
}

output AZURE_RESOURCE_GROUP string = resourceGroupName
output AZURE_FUNCTION_APP_NAME string = app.outputs.name
output AZURE_SERVICE_BUS_NAMESPACE string = serviceBus.outputs.name
output AZURE_STATE_STORAGE_ACCOUNT string = stateStorage.outputs.name
output AZURE_IDENTITY_PRINCIPAL_ID string = identity.outputs.principalId
output DEFENDER_AUTH string = settings.?DEFENDER_AUTH ?? 'managedIdentity'
output DEFENDER_CLOUD string = settings.?DEFENDER_CLOUD ?? 'commercial'
output ENRICHER_URL string = app.outputs.url
