// The bot in Azure: an App Service on Linux, a bot that is a managed identity, a vault for secrets, a store, and its watch.
// Deployed by `teamsapp provision` (teamsapp.yml, arm/deploy) with azure.parameters.json. Not compiled where it was written: README.md.

@minLength(4)
@maxLength(20)
@description('What every name here begins with; unique in the world, letters and digits.')
param resourceBaseName string

@maxLength(42)
@description('The bot\'s name in the Azure portal.')
param botDisplayName string

param location string = resourceGroup().location

@description('The App Service plan. Basic is the least that is always on.')
param webAppSku string = 'B1'

@description('How many instances run. They share the store; no request is tied to one.')
param instances int = 1

@description('Whose people may use it: tenant ids, comma separated. Your Microsoft 365 tenant, which need not be the one that Azure is in.')
param allowedTenants string

@description('The connections file, as it was uploaded.')
param connectionsFile string = './connections.json'

@description('The registration that people sign in with.')
param signInClientId string

@secure()
param signInClientSecret string

@secure()
@description('ENCRYPTION_KEYS. Whoever has them opens the store; without them it opens for nobody.')
param encryptionKeys string

@secure()
@description('A Redis of your own, rediss://…, instead of one that is made here.')
param storeUrl string = ''

@description('The Azure Managed Redis that is made where storeUrl is empty.')
param redisSku string = 'Balanced_B0'

// Key Vault Secrets User: reads secrets, and nothing else.
var secretsUser = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '4633458b-17de-408a-b874-0445c86b69e6')

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: resourceBaseName
  location: location
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'kv-${resourceBaseName}'
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
    // What opens the store cannot be lost by one wrong command.
    enablePurgeProtection: true
  }
}

resource mayReadSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, secretsUser)
  scope: vault
  properties: {
    roleDefinitionId: secretsUser
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
  }
}

resource encryptionKeysSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'encryption-keys'
  properties: {
    value: encryptionKeys
  }
}

resource signInSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'sign-in-client-secret'
  properties: {
    value: signInClientSecret
  }
}

resource storeSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (!empty(storeUrl)) {
  parent: vault
  name: 'store-url'
  properties: {
    value: storeUrl
  }
}

// Not SQLite: /home is a network share, on which its write-ahead log does not work, and the disk of an instance is empty
// after every restart (README.md).
module redis './redis.bicep' = if (empty(storeUrl)) {
  name: 'latchkey-redis'
  params: {
    name: resourceBaseName
    location: location
    sku: redisSku
    vaultName: vault.name
    secretName: 'store-url'
  }
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: resourceBaseName
  location: location
  kind: 'linux'
  sku: {
    name: webAppSku
    capacity: instances
  }
  properties: {
    // Linux.
    reserved: true
  }
}

resource webApp 'Microsoft.Web/sites@2024-04-01' = {
  name: resourceBaseName
  location: location
  kind: 'app,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    // A sign-in that begins on one instance ends on another.
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identity.id
    // The way to the Redis that is made here, which has no public address.
    virtualNetworkSubnetId: empty(storeUrl) ? redis!.outputs.webSubnetId : null
    siteConfig: {
      linuxFxVersion: 'NODE|24-lts'
      appCommandLine: 'node --max-semi-space-size=8 dist/bot/index.js'
      alwaysOn: true
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      // Alive, not ready: an instance is replaced for what a new one would mend, and a store that is down is not that.
      healthCheckPath: '/healthz'
    }
  }
}

// The Toolkit uploads with your own Entra token: no password of the site is needed.
resource noFtpPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: webApp
  name: 'ftp'
  properties: {
    allow: false
  }
}

resource noScmPassword 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: webApp
  name: 'scm'
  properties: {
    allow: false
  }
}

// PORT is App Service's own. What connections.json names beyond AAD_APP_* is added here.
resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: webApp
  name: 'appsettings'
  properties: {
    BASE_URL: 'https://${webApp.properties.defaultHostName}'
    BOT_ID: identity.properties.clientId
    BOT_TYPE: 'UserAssignedMSI'
    BOT_TENANT_ID: identity.properties.tenantId
    ALLOWED_TENANTS: allowedTenants
    STORE_URL: '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/store-url)'
    ENCRYPTION_KEYS: '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/encryption-keys)'
    CONNECTIONS_FILE: connectionsFile
    AAD_APP_CLIENT_ID: signInClientId
    AAD_APP_CLIENT_SECRET: '@Microsoft.KeyVault(SecretUri=${vault.properties.vaultUri}secrets/sign-in-client-secret)'
    // App Service's front ends reach the bot over addresses of these networks, and from nowhere else can it be reached.
    TRUSTED_PROXIES: 'loopback, linklocal, uniquelocal'
    // The uploaded archive as it is, mounted read-only; nothing is built or installed there.
    WEBSITE_RUN_FROM_PACKAGE: '1'
    SCM_DO_BUILD_DURING_DEPLOYMENT: 'false'
  }
  // A reference that cannot be read when it is first asked for is asked for again only a day later.
  dependsOn: [
    mayReadSecrets
    encryptionKeysSecret
    signInSecret
    storeSecret
    redis
  ]
}

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: resourceBaseName
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 30
  }
}

// What the bot writes, which names nobody. Not AppServiceHTTPLogs: it has people's addresses, and the tickets of sign-in URLs.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'latchkey'
  scope: webApp
  properties: {
    workspaceId: workspace.id
    logs: [
      {
        category: 'AppServiceConsoleLogs'
        enabled: true
      }
      {
        category: 'AppServicePlatformLogs'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

// Its agent is not put into the bot (no APPLICATIONINSIGHTS_CONNECTION_STRING): it records URLs, with tickets and queries in them.
resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: resourceBaseName
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
  }
}

// Asks from outside whether the bot is ready, its store included.
resource availability 'Microsoft.Insights/webtests@2022-06-15' = {
  name: '${resourceBaseName}-ready'
  location: location
  kind: 'standard'
  tags: {
    'hidden-link:${insights.id}': 'Resource'
  }
  properties: {
    SyntheticMonitorId: '${resourceBaseName}-ready'
    Name: '${resourceBaseName}-ready'
    Kind: 'standard'
    Enabled: true
    Frequency: 300
    Timeout: 30
    RetryEnabled: true
    Locations: [
      {
        Id: 'emea-nl-ams-azr'
      }
      {
        Id: 'us-va-ash-azr'
      }
      {
        Id: 'apac-sg-sin-azr'
      }
    ]
    Request: {
      RequestUrl: 'https://${webApp.properties.defaultHostName}/readyz'
      HttpVerb: 'GET'
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

module bot './botRegistration/azurebot.bicep' = {
  name: 'latchkey-bot'
  params: {
    name: resourceBaseName
    displayName: botDisplayName
    identityResourceId: identity.id
    identityClientId: identity.properties.clientId
    identityTenantId: identity.properties.tenantId
    endpoint: 'https://${webApp.properties.defaultHostName}/api/messages'
  }
}

// The Toolkit writes these to env/.env.<env> under the same names, in capitals.
output BOT_ID string = identity.properties.clientId
output BOT_TENANT_ID string = identity.properties.tenantId
output BOT_DOMAIN string = webApp.properties.defaultHostName
output BOT_ENDPOINT string = 'https://${webApp.properties.defaultHostName}'
output BOT_AZURE_APP_SERVICE_RESOURCE_ID string = webApp.id
