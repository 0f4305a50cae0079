import type { CacheTimeName } from '../defender/cacheTimes';
import type { IndicatorKind } from '../indicators/Indicator';
import type { IpRange } from '../indicators/parseIpRanges';
import type { OutputFormat } from '../projections/OutputFormat';
import type { DefenderCloud, DefenderRegion } from './defenderClouds';

/** Every setting, read and checked; safe to log. What each means and its default: `docs/settings.md`. */
export interface AppConfig {
  readonly environment: 'Development' | 'Production';
  /** Names of queues; `output` may be a topic. */
  readonly queues: {
    readonly siem: string;
    readonly lookup: string;
    readonly output: string;
    readonly quarantine: string;
    readonly inventory: string;
    /** Null: no request records are published. May be a topic. */
    readonly request: string | null;
  };
  /** After how long a request that is not finished is published as it is; 0 = never. */
  readonly requestPartialAfterMs: number;
  /** Null when a connection string is used: `AppSecrets`. `clientId` is a user-assigned identity's. */
  readonly serviceBus: {
    readonly fullyQualifiedNamespace: string | null;
    readonly clientId: string | null;
  };
  /** Null when a connection string is used: `AppSecrets`. URIs end without a slash. */
  readonly stateStorage: {
    readonly tableServiceUri: string | null;
    readonly blobServiceUri: string | null;
    readonly clientId: string | null;
  };
  /** Ends without a slash. */
  readonly publicBaseUrl: string | null;
  readonly defender: DefenderConfig;
  readonly quota: QuotaConfig;
  /** What all agents may take of an endpoint's interactive lane: at most a third of it. */
  readonly agents: { readonly maxPerMinute: number; readonly maxPerHour: number };
  readonly lookups: {
    readonly maxAgeMs: number;
    readonly deniedAfterMs: number;
    readonly recheckAfterMs: number;
    readonly recheckKinds: readonly IndicatorKind[];
    /** Whether `ips/{ip}/alerts` is asked. */
    readonly ipAlerts: boolean;
    /** Whether `lastIpAddress` is the fallback. */
    readonly ipLastKnown: boolean;
    /** Most questions that one list call answers; 1 = each has its own call. */
    readonly batchMaxQuestions: number;
    readonly internalIpRanges: readonly IpRange[];
  };
  /** How old an answer of the cache may be, in milliseconds; 0 = never from the cache. */
  readonly cacheTtlMs: Readonly<Record<CacheTimeName, number>>;
  readonly http: {
    readonly auth: 'functionKey' | 'entra' | 'none';
    /** Set if and only if `auth` is `entra`. */
    readonly entra: EntraConfig | null;
  };
  readonly inventory: {
    /** NCRONTAB, UTC. */
    readonly schedule: string;
    /** OData `$filter`. */
    readonly filter: string | null;
    readonly pageSize: number;
    readonly outputs: readonly InventoryOutput[];
    readonly keepDays: number;
    readonly maxDropPercent: number;
  };
  readonly output: {
    readonly format: OutputFormat;
    readonly resultKeepDays: number;
  };
  readonly telemetry: {
    /** Beside logs. */
    readonly mode: 'logs' | 'azureMonitor' | 'otlp';
    /** Who writes to Application Insights; null: whoever has its connection string. */
    readonly identity: { readonly clientId: string | null } | null;
  };
}

export interface DefenderConfig {
  readonly cloud: DefenderCloud;
  readonly region: DefenderRegion | null;
  readonly tenantId: string;
  /** Origin, without a slash at the end. */
  readonly apiBaseUrl: string;
  /** Origin of the token authority. */
  readonly authorityHost: string;
  readonly tokenScope: string;
  readonly auth: {
    readonly mode: 'managedIdentity' | 'clientSecret' | 'clientCertificate' | 'federated';
    /** The app registration's; with `managedIdentity` a user-assigned identity's. */
    readonly clientId: string | null;
    /** With `federated` the user-assigned identity whose token is the credential; null: the system-assigned one. */
    readonly identityClientId: string | null;
    readonly certificatePath: string | null;
  };
}

export interface QuotaConfig {
  /** Calls of one endpoint. */
  readonly perMinute: number;
  readonly perHour: number;
  /** Whether each endpoint has its own calendar, or all share one. */
  readonly scope: 'endpoint' | 'application';
  /** 0 = off. */
  readonly bulkPerTenMinutes: number;
  readonly interactive: {
    readonly reservePerHour: number;
    readonly reservePerMinute: number;
    readonly maxPerHour: number;
    readonly maxPerMinute: number;
    readonly maxWaitMs: number;
  };
}

export interface EntraConfig {
  readonly audience: string;
  readonly tenantId: string;
  /** Empty = every application that has the role. */
  readonly allowedAppIds: readonly string[];
  readonly requiredRole: string;
}

export type InventoryOutput = 'ndjson' | 'csv' | 'parquet';

/** Kept apart from the configuration, so that they are never logged with it. */
export interface AppSecrets {
  readonly serviceBusConnectionString: string | null;
  readonly stateStorageConnectionString: string | null;
  readonly defenderClientSecret: string | null;
  readonly applicationInsightsConnectionString: string | null;
}

/** Names the setting and what it must be; never its value. */
export interface SettingProblem {
  readonly setting: string;
  readonly message: string;
}

/** What settings are read from, by name: a process's environment. */
export type Environment = Readonly<Record<string, string | undefined>>;
