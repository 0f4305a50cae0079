import type { Alert, Machine } from '../defender/DefenderAnswer';
import type { Alternative, Context, EqualEntry, Ignored } from '../lookups/Lookup';
import type { Match } from './matchMachines';
import type { Outcome } from './outcome';
import type { Reason } from '../calls/Progress';

/** What is published for a lookup: the message body, version 1.0. Instants are ISO 8601 in UTC. */
export interface EnrichmentRecord {
  readonly schemaVersion: '1.0';
  readonly recordType: 'lookup';
  /** `e_…`: the same for every delivery of the same lookup and generation. */
  readonly id: string;
  readonly lookupId: string;
  readonly generation: number;
  /** The lookup ended before any step was asked: a record of the same generation without this wins. */
  readonly unasked?: true;
  /** False when the lookup will be asked once more and may get a record of a higher generation. */
  readonly final: boolean;
  readonly tenantId: string;
  readonly request: {
    readonly id: string;
    readonly source: string;
    readonly channel: 'queue' | 'http';
    readonly eventId: string | null;
    readonly messageId: string | null;
    readonly correlationId: string | null;
    readonly receivedAt: string;
    readonly position: number;
    readonly of: number;
    readonly context: Context;
    readonly contextCut: boolean;
    readonly ignored: readonly Ignored[];
    readonly leftOutCount: number;
  };
  readonly indicator: {
    readonly kind: string;
    readonly value: string;
    readonly original: string;
    readonly ref: string | null;
    readonly path: string;
    readonly scope: 'internal' | 'external' | null;
    readonly observedAt: string;
    readonly observedAtFrom: 'indicator' | 'event' | 'enqueued';
    readonly observedAtGiven: string | null;
    readonly zoneAssumed: boolean;
    readonly alternatives: readonly WithIsoTime<Alternative>[];
    readonly also: readonly WithIsoTime<EqualEntry>[];
  };
  readonly outcome: Outcome;
  readonly reason: Reason | null;
  readonly incomplete: readonly {
    readonly endpoint: string;
    readonly reason: 'denied' | 'expired' | 'failed';
  }[];
  readonly summary: RecordSummary;
  readonly machines: readonly RecordMachine[];
  readonly alerts: readonly RecordAlert[];
  readonly evidence: readonly {
    readonly endpoint: string;
    readonly status: number;
    readonly calledAt: string;
    readonly fromCache: boolean;
    readonly ageMs: number;
    readonly waitedMs: number;
    readonly correlationId: string | null;
  }[];
  /** Set when the message does not hold all; the whole record is in the named blob. */
  readonly truncated: Truncation | null;
  readonly enrichedAt: string;
}

type WithIsoTime<T> = Omit<T, 'observedAt'> & { readonly observedAt: string | null };

/** What playbooks branch on. */
export interface RecordSummary {
  /** Live machines. */
  readonly match: 'none' | 'one' | 'many';
  readonly matchStrength: 'strong' | 'weak' | null;
  /** Only for exactly one live machine, matched `strong`: act on it. */
  readonly machineId: string | null;
  readonly machineCount: number;
  readonly ambiguous: boolean;
  readonly alertCount: number;
  readonly openAlertCount: number;
  readonly highestAlertSeverity: string | null;
  readonly highestRiskScore: string | null;
  readonly highestExposureLevel: string | null;
}

export interface RecordMachine {
  readonly machine: Machine;
  readonly match: Match;
  readonly portalUrl: string;
}

export interface RecordAlert {
  readonly alert: Alert;
  readonly onMatchedMachine: boolean;
  readonly portalUrl: string;
}

export interface Truncation {
  readonly machines: { readonly total: number; readonly included: number };
  readonly alerts: { readonly total: number; readonly included: number };
  readonly url: string | null;
  readonly container: 'results';
  readonly blob: string;
  readonly sha256: string;
  readonly expiresAt: string;
}
