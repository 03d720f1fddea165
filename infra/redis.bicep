// An Azure Managed Redis that keeps what it is given, its address and key in the vault.

param name string
param location string
param sku string
param vaultName string
param secretName string

resource cluster 'Microsoft.Cache/redisEnterprise@2025-07-01' = {
  name: name
  location: location
  sku: {
    name: sku
  }
  properties: {
    minimumTlsVersion: '1.2'
    highAvailability: 'Enabled'
    publicNetworkAccess: 'Enabled'
  }
}

resource database 'Microsoft.Cache/redisEnterprise/databases@2025-07-01' = {
  parent: cluster
  name: 'default'
  properties: {
    clientProtocol: 'Encrypted'
    port: 10000
    // One shard is plenty, and has one name: a cluster's nodes are named by addresses, which no certificate holds.
    clusteringPolicy: 'NoCluster'
    // It forgets nothing when it is full, and nothing in a restart.
    evictionPolicy: 'NoEviction'
    persistence: {
      aofEnabled: true
      aofFrequency: '1s'
    }
    accessKeysAuthentication: 'Enabled'
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: vaultName
}

// durability=ignore: the two settings above are what the bot would ask the server about, and a managed one does not answer
// for them in INFO as Redis does. It warns then instead of refusing to start.
resource storeUrl 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: secretName
  properties: {
    value: 'rediss://:${uriComponent(database.listKeys().primaryKey)}@${cluster.properties.hostName}:10000?durability=ignore'
  }
}
