import { MAX_MESSAGE_BYTES, messageSize } from '../messaging/messageSize';
import type { OutgoingMessage } from '../messaging/QueueSender';
import type { EnrichmentRecord } from './EnrichmentRecord';
import {
  cut,
  keepWhole,
  wholeRecordPrefix,
  type KeepWholeOptions,
  type WholePlace,
} from './keepWhole';
import { toOutputMessage, type Projection } from './toOutputMessage';

export interface FitRecordOptions extends KeepWholeOptions {
  /** Of the record as a message, at most. Default: what a queue's message may have. */
  readonly maxBytes?: number;
  /** How the record is written; its size is that of what is written. Default: as it is. */
  readonly project?: Projection;
}

/** A record and the message that carries it: making that takes longer than all the rest. */
export interface FittedRecord {
  readonly record: EnrichmentRecord;
  readonly message: OutgoingMessage;
}

/**
 * The record as it fits into one message. If it is too large, the whole of it goes into a write-once blob and the
 * message keeps as many machines and alerts as fit, the best first; where not even the rest fits, that is cut too. A
 * repeated delivery gets the first one's record; the same event sent again later, received at another time, gets its own.
 * @throws {StorageUnavailableError}
 */
export async function fitRecord(
  record: EnrichmentRecord,
  options: FitRecordOptions,
): Promise<FittedRecord> {
  const { maxBytes = MAX_MESSAGE_BYTES, project } = options;
  const message = toOutputMessage(record, project);
  if (messageSize(message) <= maxBytes) return { record, message };

  const { lookupId: id } = record;
  const as = {
    id,
    blob: wholeRecordBlob(record),
    madeAt: (made: typeof record) => made.enrichedAt,
  };
  const { whole, place } = await keepWhole(record, as, options);
  return truncate(whole, place, { maxBytes, project });
}

/** Of two records of one lookup, the valid one has the greater name after the prefix, read as numbers. */
function wholeRecordBlob({ lookupId, generation, request, unasked }: EnrichmentRecord): string {
  const order = [generation, Date.parse(request.receivedAt), unasked ? 0 : 1];
  return `${wholeRecordPrefix(lookupId)}${order.join('.')}.json`;
}

interface Counts {
  readonly machines: number;
  readonly alerts: number;
}

/** Less than a machine or an alert takes. */
const SEARCH_BYTES = 256;

function truncate(
  whole: EnrichmentRecord,
  place: WholePlace,
  { maxBytes, project }: { readonly maxBytes: number; readonly project: Projection | undefined },
): FittedRecord {
  const total = { machines: whole.machines.length, alerts: whole.alerts.length };
  let head: EnrichmentRecord = { ...whole, machines: [], alerts: [] };
  const holding = ({ machines, alerts }: Counts): FittedRecord => {
    const record = {
      ...head,
      machines: whole.machines.slice(0, machines),
      alerts: whole.alerts.slice(0, alerts),
      truncated: {
        machines: { total: total.machines, included: machines },
        alerts: { total: total.alerts, included: alerts },
        ...place,
      },
    };
    return { record, message: toOutputMessage(record, project) };
  };
  const sizeOfRest = () => messageSize(holding({ machines: 0, alerts: 0 }).message);
  let rest = sizeOfRest();
  for (const reduce of REDUCTIONS) {
    if (rest <= maxBytes) break;
    head = reduce(head);
    rest = sizeOfRest();
  }
  const holdingIn = (freeBytes: number) => holding(countFitting(whole, freeBytes));
  return mostFitting(holdingIn, { freeBytes: maxBytes - rest - 32, maxBytes });
}

/** What machines and alerts take beside themselves in another shape than the record's own is known once it is written. */
function mostFitting(
  holdingIn: (freeBytes: number) => FittedRecord,
  { freeBytes, maxBytes }: { readonly freeBytes: number; readonly maxBytes: number },
): FittedRecord {
  const fits = ({ message }: FittedRecord) => messageSize(message) <= maxBytes;
  let fitted = holdingIn(freeBytes);
  if (fits(fitted)) return fitted;
  fitted = holdingIn(0);
  let [enough, tooMuch] = [0, freeBytes];
  while (tooMuch - enough > SEARCH_BYTES) {
    const between = Math.floor((enough + tooMuch) / 2);
    const tried = holdingIn(between);
    if (fits(tried)) [fitted, enough] = [tried, between];
    else tooMuch = between;
  }
  return fitted;
}

/** What a record can do without beside its machines and alerts, the first first. What is left always fits. */
const REDUCTIONS: readonly ((record: EnrichmentRecord) => EnrichmentRecord)[] = [
  (record) => ({ ...record, request: { ...record.request, context: {}, contextCut: true } }),
  (record) => cut(record, { characters: 256, entries: 20 }),
  // Longer than every id, and few enough even if each character takes six bytes.
  (record) => cut(record, { characters: 64, entries: 5 }),
];

/** Takes machines and alerts in turn, so that neither crowds out the other, until no next one fits. */
function countFitting({ machines, alerts }: EnrichmentRecord, freeBytes: number): Counts {
  const taken = { machines: 0, alerts: 0 };
  let free = freeBytes;
  const take = (kind: 'machines' | 'alerts', value: object | undefined): boolean => {
    const bytes = value ? Buffer.byteLength(JSON.stringify(value)) + 1 : Infinity;
    if (bytes > free) return false;
    free -= bytes;
    taken[kind] += 1;
    return true;
  };
  for (let isFull = false; !isFull;) {
    const tookMachine = take('machines', machines[taken.machines]);
    const tookAlert = take('alerts', alerts[taken.alerts]);
    isFull = !tookMachine && !tookAlert;
  }
  return taken;
}
