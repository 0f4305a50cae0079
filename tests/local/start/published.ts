import type {
  PublishedRecord,
  PublishedRequest,
  Quarantined,
} from '../../../local/start/readOutput';

export interface RecordOptions {
  readonly messageId: string;
  readonly eventId?: string;
  readonly value?: string;
  readonly position?: number;
  readonly of?: number;
  readonly generation?: number;
  readonly final?: boolean;
  readonly outcome?: PublishedRecord['outcome'];
  /** Names; the nth is of the nth machine. */
  readonly machines?: readonly (string | null)[];
  readonly machineCount?: number;
  readonly alertCount?: number;
  readonly evidence?: readonly { readonly fromCache: boolean; readonly waitedMs: number }[];
}

/** A record of which only the named parts matter. */
export function published(options: RecordOptions): PublishedRecord {
  const { messageId, position = 1, of = 1, generation = 0, final = true } = options;
  const { outcome = 'found', machines = [], machineCount = machines.length } = options;
  return {
    id: `e_${messageId}_${position}_${generation}`,
    lookupId: `l_${messageId}_${position}`,
    generation,
    final,
    request: { id: `r_${messageId}`, eventId: options.eventId ?? null, messageId, position, of },
    indicator: { value: options.value ?? '10.1.2.3' },
    outcome,
    machines: machines.map((computerDnsName, index) => ({
      machine: { id: `machine-${index}`, computerDnsName },
    })),
    summary: { machineCount, alertCount: options.alertCount ?? 0 },
    evidence: [...(options.evidence ?? [])],
    truncated: machineCount > machines.length ? {} : null,
  };
}

export function quarantined(messageId: string, code: string, isLookup = false): Quarantined {
  return {
    reason: { code },
    source: { messageId },
    lookup: isLookup ? { request: { messageId } } : null,
  };
}

/** The record of a whole request of which only the named parts matter. */
export function publishedRequest(
  messageId: string,
  { of = 1, done = of }: { of?: number; done?: number } = {},
): PublishedRequest {
  const status = done < of ? 'running' : 'completed';
  return {
    id: `s_${messageId}`,
    generation: 0,
    status,
    final: status === 'completed',
    request: { id: `r_${messageId}`, eventId: null, messageId, of, done },
    summary: {
      machineCount: done,
      actOn: done > 0 ? ['machine-0'] : [],
      highestRiskScore: done > 0 ? 'High' : null,
    },
    lookups: [],
  };
}
