// Private endpoints, and the zones in which their names lead to private addresses.
param location string
param tags object
param networkId string
param subnetId string
param zones string[]

@description('{ name, resourceId, groupId, zone }')
param endpoints array

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zoneName in zones: {
    name: zoneName
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zoneName, index) in zones: {
    parent: zone[index]
    name: 'app'
    location: 'global'
    properties: {
      virtualNetwork: { id: networkId }
      registrationEnabled: false
    }
  }
]

resource endpoint 'Microsoft.Network/privateEndpoints@2024-07-01' = [
  for item in endpoints: {
    name: item.name
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        { name: item.groupId, properties: { privateLinkServiceId: item.resourceId, groupIds: [item.groupId] } }
      ]
    }
  }
]

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-07-01' = [
  for (item, index) in endpoints: {
    parent: endpoint[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        { name: item.groupId, properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', item.zone) } }
      ]
    }
    dependsOn: [zone]
  }
]
