import { CACHE_TIMES } from '../defender/cacheTimes';
import type {
  AppConfig,
  AppSecrets,
  DefenderConfig,
  Environment,
  SettingProblem,
} from './AppConfig';
import { DEFENDER_CLOUDS, defenderApiOrigin } from './defenderClouds';
import { checkSettings } from './settingRules';
import { settingsSchema, type Settings } from './settings';
import { settingWarnings } from './settingWarnings';

export type ParsedConfig =
  | {
      readonly ok: true;
      readonly config: AppConfig;
      readonly secrets: AppSecrets;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly SettingProblem[] };

const checkedSettingsSchema = settingsSchema.superRefine(
  (settings, context) => {
    const unreadable = new Set(context.issues.map((issue) => issue.path?.[0]));
    for (const { setting, message } of checkSettings(settings, unreadable)) {
      context.addIssue({ code: 'custom', path: [setting], message });
    }
  },
  // Also when a setting was unreadable, so that all problems come at once.
  { when: () => true },
);

/** Reads and checks every setting; reports all problems at once, by name, never by value. */
export function parseConfig(env: Environment): ParsedConfig {
  const parsed = checkedSettingsSchema.safeParse(withoutEmpty(env));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({
      setting: String(path[0]),
      message,
    }));
    return { ok: false, problems };
  }
  const settings = parsed.data;
  return {
    ok: true,
    config: toAppConfig(settings),
    secrets: {
      serviceBusConnectionString: settings.ServiceBusConnection,
      stateStorageConnectionString: settings.StateStorage,
      defenderClientSecret: settings.DEFENDER_CLIENT_SECRET,
      applicationInsightsConnectionString: settings.APPLICATIONINSIGHTS_CONNECTION_STRING,
    },
    warnings: settingWarnings(settings, env),
  };
}

/** Some plans drop settings without a value: they mean the same everywhere. */
function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim() !== ''));
}

function toAppConfig(s: Settings): AppConfig {
  return {
    environment: s.AZURE_FUNCTIONS_ENVIRONMENT,
    queues: {
      siem: s.SIEM_QUEUE,
      lookup: s.LOOKUP_QUEUE,
      output: s.OUTPUT_QUEUE,
      quarantine: s.QUARANTINE_QUEUE,
      inventory: s.INVENTORY_QUEUE,
      request: s.REQUEST_QUEUE,
    },
    requestPartialAfterMs: s.REQUEST_PARTIAL_AFTER_MS,
    serviceBus: {
      fullyQualifiedNamespace: s.ServiceBusConnection__fullyQualifiedNamespace,
      clientId: s.ServiceBusConnection__clientId,
    },
    stateStorage: {
      tableServiceUri: s.StateStorage__tableServiceUri,
      blobServiceUri: s.StateStorage__blobServiceUri,
      clientId: s.StateStorage__clientId,
    },
    publicBaseUrl: s.PUBLIC_BASE_URL,
    defender: toDefenderConfig(s),
    quota: toQuotaConfig(s),
    agents: {
      maxPerMinute: Math.min(s.AGENT_MAX_PER_MINUTE, Math.floor(s.INTERACTIVE_MAX_PER_MINUTE / 3)),
      maxPerHour: Math.min(s.AGENT_MAX_PER_HOUR, Math.floor(s.INTERACTIVE_MAX_PER_HOUR / 3)),
    },
    lookups: {
      maxAgeMs: s.MAX_LOOKUP_AGE_MS,
      deniedAfterMs: s.DENIED_AFTER_MS,
      recheckAfterMs: s.RECHECK_AFTER_MS,
      recheckKinds: s.RECHECK_KINDS,
      ipAlerts: s.ENRICH_IP_ALERTS,
      ipLastKnown: s.ENRICH_IP_LAST_KNOWN,
      batchMaxQuestions: s.BATCH_MAX_QUESTIONS,
      internalIpRanges: s.INTERNAL_IP_RANGES,
    },
    cacheTtlMs: toCacheTtlMs(s),
    http: { auth: s.HTTP_AUTH, entra: toEntraConfig(s) },
    inventory: {
      schedule: s.INVENTORY_SCHEDULE,
      filter: s.INVENTORY_FILTER,
      pageSize: s.INVENTORY_PAGE_SIZE,
      outputs: s.INVENTORY_OUTPUTS,
      keepDays: s.INVENTORY_KEEP_DAYS,
      maxDropPercent: s.INVENTORY_MAX_DROP_PERCENT,
    },
    output: { format: s.OUTPUT_FORMAT, resultKeepDays: s.RESULT_KEEP_DAYS },
    telemetry: {
      mode: s.TELEMETRY,
      identity: telemetryIdentity(s.APPLICATIONINSIGHTS_AUTHENTICATION_STRING),
    },
  };
}

function toDefenderConfig(s: Settings): DefenderConfig {
  const cloud = DEFENDER_CLOUDS[s.DEFENDER_CLOUD];
  return {
    cloud: s.DEFENDER_CLOUD,
    region: s.DEFENDER_REGION,
    tenantId: s.DEFENDER_TENANT_ID,
    apiBaseUrl: s.DEFENDER_API_BASE_URL ?? defenderApiOrigin(s.DEFENDER_CLOUD, s.DEFENDER_REGION),
    authorityHost: cloud.authorityHost,
    tokenScope: s.DEFENDER_TOKEN_SCOPE ?? cloud.tokenScopes[0],
    auth: {
      mode: s.DEFENDER_AUTH,
      clientId: s.DEFENDER_CLIENT_ID,
      identityClientId: s.StateStorage__clientId,
      certificatePath: s.DEFENDER_CLIENT_CERTIFICATE_PATH,
    },
  };
}

function toCacheTtlMs(s: Settings): AppConfig['cacheTtlMs'] {
  const times = Object.entries(CACHE_TIMES).map(([name, { setting }]) => [name, s[setting]]);
  return Object.fromEntries(times) as AppConfig['cacheTtlMs']; // just made of them
}

function toQuotaConfig(s: Settings): AppConfig['quota'] {
  return {
    perMinute: s.DEFENDER_QUOTA_PER_MINUTE,
    perHour: s.DEFENDER_QUOTA_PER_HOUR,
    scope: s.DEFENDER_QUOTA_SCOPE,
    bulkPerTenMinutes: s.BULK_PER_TEN_MINUTES,
    interactive: {
      reservePerHour: s.INTERACTIVE_RESERVE_PER_HOUR,
      reservePerMinute: s.INTERACTIVE_RESERVE_PER_MINUTE,
      maxPerHour: s.INTERACTIVE_MAX_PER_HOUR,
      maxPerMinute: s.INTERACTIVE_MAX_PER_MINUTE,
      maxWaitMs: s.INTERACTIVE_MAX_WAIT_MS,
    },
  };
}

/** As the platform reads it: `Authorization=AAD;ClientId=…`, the second part for a user-assigned identity. */
function telemetryIdentity(text: string | null): AppConfig['telemetry']['identity'] {
  if (text === null || !/(?:^|;)\s*Authorization\s*=\s*AAD\s*(?:;|$)/i.test(text)) return null;
  return { clientId: /(?:^|;)\s*ClientId\s*=\s*([\w-]+)/i.exec(text)?.[1] ?? null };
}

function toEntraConfig(s: Settings): AppConfig['http']['entra'] {
  if (s.HTTP_AUTH !== 'entra' || s.ENTRA_AUDIENCE === null || s.ENTRA_TENANT_ID === null) {
    return null;
  }
  return {
    audience: s.ENTRA_AUDIENCE,
    tenantId: s.ENTRA_TENANT_ID,
    allowedAppIds: s.ENTRA_ALLOWED_APP_IDS,
    requiredRole: s.ENTRA_REQUIRED_ROLE,
  };
}
