// The settings that a deployment may choose; docs/settings.md explains them. main.bicep sets the others.
@export()
@sealed()
type appSettings = {
  REQUEST_PARTIAL_AFTER_MS: string?
  PUBLIC_BASE_URL: string?
  DEFENDER_CLOUD: string?
  DEFENDER_REGION: string?
  DEFENDER_AUTH: string?
  DEFENDER_CLIENT_ID: string?
  @description('A Key Vault reference, never the secret: @Microsoft.KeyVault(SecretUri=...)')
  DEFENDER_CLIENT_SECRET: string?
  DEFENDER_CLIENT_CERTIFICATE_PATH: string?
  DEFENDER_TOKEN_SCOPE: string?
  DEFENDER_API_BASE_URL: string?
  DEFENDER_QUOTA_PER_MINUTE: string?
  DEFENDER_QUOTA_PER_HOUR: string?
  DEFENDER_QUOTA_SCOPE: string?
  INTERACTIVE_RESERVE_PER_HOUR: string?
  INTERACTIVE_RESERVE_PER_MINUTE: string?
  INTERACTIVE_MAX_PER_HOUR: string?
  INTERACTIVE_MAX_PER_MINUTE: string?
  INTERACTIVE_MAX_WAIT_MS: string?
  AGENT_MAX_PER_MINUTE: string?
  AGENT_MAX_PER_HOUR: string?
  BULK_PER_TEN_MINUTES: string?
  MAX_LOOKUP_AGE_MS: string?
  DENIED_AFTER_MS: string?
  RECHECK_AFTER_MS: string?
  RECHECK_KINDS: string?
  ENRICH_IP_ALERTS: string?
  ENRICH_IP_LAST_KNOWN: string?
  BATCH_MAX_QUESTIONS: string?
  INTERNAL_IP_RANGES: string?
  CACHE_TTL_FIND_BY_IP_MS: string?
  CACHE_TTL_IP_ALERTS_MS: string?
  CACHE_TTL_MACHINES_MS: string?
  CACHE_TTL_ALERT_MACHINE_MS: string?
  CACHE_TTL_FILE_MACHINES_MS: string?
  CACHE_TTL_FILE_MS: string?
  CACHE_TTL_MACHINE_MS: string?
  CACHE_TTL_FIND_BY_PAST_IP_MS: string?
  CACHE_TTL_NOT_SEEN_MS: string?
  HTTP_AUTH: string?
  ENTRA_AUDIENCE: string?
  ENTRA_TENANT_ID: string?
  ENTRA_ALLOWED_APP_IDS: string?
  ENTRA_REQUIRED_ROLE: string?
  INVENTORY_SCHEDULE: string?
  INVENTORY_FILTER: string?
  INVENTORY_PAGE_SIZE: string?
  INVENTORY_OUTPUTS: string?
  INVENTORY_KEEP_DAYS: string?
  INVENTORY_MAX_DROP_PERCENT: string?
  OUTPUT_FORMAT: string?
  RESULT_KEEP_DAYS: string?
  TELEMETRY: string?
}
