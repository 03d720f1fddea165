// The bot in Azure: an App Service on Linux, an Azure Bot with a managed identity, a Key Vault, a store, and monitoring.
// The Toolkit deploys this template with azure.parameters.json (teamsapp.yml, arm/deploy). It was not compiled: README.md.

@minLength(4)
@maxLength(20)
@description('The base of all resource names. It must be unique in Azure, and have only letters and digits.')
param resourceBaseName string

@maxLength(42)
@description('The name of the bot in the Azure portal.')
param botDisplayName string

param location string = resourceGroup().location

@description('The size of the App Service plan. Basic is the smallest tier that is always on.')
param webAppSku string = 'B1'

@description('The number of instances. They share the store, so each request can go to any of them.')
param instances int = 1

@description('The tenants that may use the bot: tenant ids with commas between. The tenant of your Microsoft 365 can differ from that of Azure.')
param allowedTenants string

@description('The path of the connections file in the upload.')
param connectionsFile string = './connections.json'

@description('The client id of the registration that users sign in with.')
param signInClientId string

@secure()
param signInClientSecret string

@secure()
@description('The value of ENCRYPTION_KEYS. These keys decrypt the store. Without them, all users must sign in again.')
param encryptionKeys string

@secure()
@description('The address of your own Redis, rediss://…. If it is empty, this template creates a Redis.')
param storeUrl string = ''

@description('The size of the Azure Managed Redis that this template creates if storeUrl is empty.')
param redisSku string = 'Balanced_B0'

// The role Key Vault Secrets User. It may only read secrets.
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
    // With purge protection, one wrong command cannot destroy the keys of the store.
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

// SQLite does not work here (README.md). /home is a network share, and the write-ahead log does not work on one. The disk
// of an instance is empty after each restart.
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
    // true means Linux.
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
    // A sign-in can begin on one instance and end on another, so no cookie must tie a browser to an instance.
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identity.id
    // The Redis of this template has no public address. The web app reaches it through this subnet.
    virtualNetworkSubnetId: empty(storeUrl) ? redis!.outputs.webSubnetId : null
    siteConfig: {
      linuxFxVersion: 'NODE|24-lts'
      appCommandLine: 'node --max-semi-space-size=8 dist/bot/index.js'
      alwaysOn: true
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      // /healthz, not /readyz: if the store is down, a new instance does not help.
      healthCheckPath: '/healthz'
    }
  }
}

// The Toolkit uploads with your own Entra token, so the web app needs no publishing passwords.
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

// App Service sets PORT. If your connections file names more variables than AAD_APP_*, add them here.
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
    // Only the front ends of App Service reach the bot. Their addresses are in these networks.
    TRUSTED_PROXIES: 'loopback, linklocal, uniquelocal'
    // App Service mounts the uploaded archive read-only. It does not build or install.
    WEBSITE_RUN_FROM_PACKAGE: '1'
    SCM_DO_BUILD_DURING_DEPLOYMENT: 'false'
  }
  // If App Service cannot read a reference to the vault, it tries again only a day later. So the secrets must exist first.
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

// The log of the bot names no users. Do not add AppServiceHTTPLogs: it has IP addresses of users, and tickets in URLs.
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

// Do not set APPLICATIONINSIGHTS_CONNECTION_STRING: it adds an agent to the bot that records URLs, with tickets and queries.
resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: resourceBaseName
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
  }
}

// Tests from outside that the bot is ready. /readyz includes the store.
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

// The Toolkit writes these outputs to env/.env.<env>, with their names in capitals.
output BOT_ID string = identity.properties.clientId
output BOT_TENANT_ID string = identity.properties.tenantId
output BOT_DOMAIN string = webApp.properties.defaultHostName
output BOT_ENDPOINT string = 'https://${webApp.properties.defaultHostName}'
output BOT_AZURE_APP_SERVICE_RESOURCE_ID string = webApp.id
