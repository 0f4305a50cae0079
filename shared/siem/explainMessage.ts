import type { Reason } from '../errors/Reason';
import { toRecordIndicator } from '../records/buildRecord';
import type { EnrichmentRecord } from '../records/EnrichmentRecord';
import type { Arrival, TakeInSettings } from './Arrival';
import type { LeftOut } from '../records/requestFields';
import { readSiemMessage } from './readSiemMessage';
import type { SiemRequest } from './SiemRequest';
import { toLookups } from './toLookups';

/** How a message is read, as `npm run explain` and `POST /api/ingest?dryRun=true` answer it. */
export interface Explanation {
  readonly readable: boolean;
  /** Why nothing of it can be read. */
  readonly reason: Reason | null;
  /** What was unwrapped, outermost first. */
  readonly unwrapped: readonly string[];
  /** Of the first event, as the next two; null: not readable. */
  readonly format: string | null;
  readonly source: string | null;
  readonly eventId: string | null;
  readonly events: readonly ExplainedEvent[];
  /** Of all events. */
  readonly indicators: readonly ExplainedIndicator[];
  readonly leftOut: readonly LeftOut[];
  /** Events that would be quarantined, each alone. */
  readonly unreadable: readonly { readonly path: string; readonly reason: Reason }[];
}

type RequestInfo = EnrichmentRecord['request'];

/** One request, as its records would show it. */
export interface ExplainedEvent {
  readonly format: string;
  readonly source: string;
  readonly eventId: string | null;
  /** How many lookups it is. */
  readonly of: number;
  readonly context: RequestInfo['context'];
  readonly contextCut: boolean;
  readonly ignored: RequestInfo['ignored'];
  readonly leftOutCount: number;
}

/** As in the record; `reason`: why it cannot be asked for. */
export type ExplainedIndicator = EnrichmentRecord['indicator'] & { readonly reason: Reason | null };

export interface ExplainSettings extends Omit<TakeInSettings, 'tenantId'> {
  /** Null: messages of all tenants are explained. */
  readonly tenantId: string | null;
}

/** Reads a message as intake would if it came at `now` (Unix ms), and asks nothing. */
export function explainMessage(bytes: Buffer, settings: ExplainSettings, now: number): Explanation {
  const reading = readSiemMessage(bytes, settings.tenantId);
  if (!reading.ok) return { ...NOTHING, reason: reading.unreadable };
  const { requests, unreadable, leftOut, unwrapped } = reading.value;
  const explained = requests.map((request) => explainRequest(request, settings, now));
  const [first] = explained;
  return {
    readable: true,
    reason: null,
    unwrapped,
    format: first?.event.format ?? null,
    source: first?.event.source ?? null,
    eventId: first?.event.eventId ?? null,
    events: explained.map(({ event }) => event),
    indicators: explained.flatMap(({ indicators }) => indicators),
    leftOut: [...leftOut, ...requests.flatMap((request) => request.leftOut)],
    unreadable: unreadable.map((entry) => ({ path: entry.path, reason: entry.unreadable })),
  };
}

const NOTHING: Explanation = {
  readable: false,
  reason: null,
  unwrapped: [],
  format: null,
  source: null,
  eventId: null,
  events: [],
  indicators: [],
  leftOut: [],
  unreadable: [],
};

function explainRequest(
  request: SiemRequest,
  { tenantId, ...settings }: ExplainSettings,
  receivedAt: number,
): { readonly event: ExplainedEvent; readonly indicators: readonly ExplainedIndicator[] } {
  const arrival: Arrival = { ...ARRIVAL, receivedAt };
  const taken = toLookups(request, arrival, { ...settings, tenantId: tenantId ?? '' });
  const heads = [
    ...taken.lookups.map((head) => ({ head, reason: null })),
    ...taken.invalid,
  ].toSorted((a, b) => a.head.position - b.head.position);
  const { format, eventId, context, contextCut, leftOutCount } = request;
  const { source, ignored } = taken.info;
  return {
    event: {
      format,
      source,
      eventId,
      of: heads.length,
      context,
      contextCut,
      ignored,
      leftOutCount,
    },
    indicators: heads.map(({ head, reason }) => ({ ...toRecordIndicator(head.subject), reason })),
  };
}

const ARRIVAL: Omit<Arrival, 'receivedAt'> = {
  channel: 'queue',
  replyTo: 'queue',
  messageId: null,
  correlationId: null,
  arrivalId: [],
  ingestCaller: null,
};
