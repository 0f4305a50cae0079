import { MAX_MESSAGE_BYTES, messageSize } from '../messaging/messageSize';
import type { OutgoingMessage } from '../messaging/QueueSender';
import {
  cut,
  keepWhole,
  wholeRecordPrefix,
  type KeepWholeOptions,
  type WholePlace,
} from '../records/keepWhole';
import { writeComment } from './comment';
import type { RequestLookup, RequestMachine, RequestRecord } from './RequestRecord';
import { toRequestMessage } from './toRequestMessage';

export interface FittedRequestRecord {
  readonly record: RequestRecord;
  readonly message: OutgoingMessage;
}

/**
 * The record as it fits into one message. If it is too large, the whole of it goes into a write-once blob, and the message
 * does without, in this order: alerts, most fields of machines, lookups that saw nothing, most of the comment, the other
 * lookups, machines. Summary and context stay. @throws {StorageUnavailableError}
 */
export async function fitRequestRecord(
  record: RequestRecord,
  options: KeepWholeOptions & { readonly maxBytes?: number },
): Promise<FittedRequestRecord> {
  const { maxBytes = MAX_MESSAGE_BYTES } = options;
  const message = toRequestMessage(record);
  if (messageSize(message) <= maxBytes) return { record, message };
  const { id, receivedAt } = record.request;
  const order = [record.generation, Date.parse(receivedAt), 1].join('.');
  const as = { id, blob: `${wholeRecordPrefix(id)}${order}.json`, madeAt: endOf };
  const { whole, place } = await keepWhole(record, as, options);
  const fitted = truncate(whole, place, maxBytes);
  return { record: fitted, message: toRequestMessage(fitted) };
}

const endOf = ({ completedAt, startedAt }: RequestRecord): string => completedAt ?? startedAt;

/** A record with the first `keep` of something; what else is of its kind is gone. */
interface Reduction {
  readonly most: (record: RequestRecord) => number;
  readonly apply: (record: RequestRecord, keep: number) => RequestRecord;
}

const MACHINE_FIELDS = [
  'id',
  'computerDnsName',
  'riskScore',
  'exposureLevel',
  'healthStatus',
  'machineTags',
];
const SHORT_COMMENT_CHARACTERS = 4_000;

const once = (apply: (record: RequestRecord) => RequestRecord): Reduction => ({
  most: () => 0,
  apply,
});

const REDUCTIONS: readonly Reduction[] = [
  {
    most: ({ alerts }) => alerts.length,
    apply: (record, keep) => ({ ...record, alerts: record.alerts.slice(0, keep) }),
  },
  once((record) => ({ ...record, machines: record.machines.map(toSlimMachine) })),
  {
    most: ({ lookups }) => lookups.filter(sawNothing).length,
    apply: (record, keep) => {
      let left = keep;
      return {
        ...record,
        lookups: record.lookups.filter((each) => !sawNothing(each) || left-- > 0),
      };
    },
  },
  once((record) => {
    const comment = writeComment(record, SHORT_COMMENT_CHARACTERS);
    return { ...record, comment: { ...record.comment, ...comment } };
  }),
  {
    most: ({ lookups }) => lookups.length,
    apply: (record, keep) => ({ ...record, lookups: record.lookups.slice(0, keep) }),
  },
  {
    most: ({ machines }) => machines.length,
    apply: (record, keep) => ({ ...record, machines: record.machines.slice(0, keep) }),
  },
  once((record) => ({ ...record, leftOut: [] })),
  // Longer than every id.
  once((record) => cut(record, { characters: 256, entries: 20 })),
];

const sawNothing = ({ outcome }: RequestLookup): boolean => outcome === 'notSeen';

function toSlimMachine({ machine, ...entry }: RequestMachine): RequestMachine {
  const fields = Object.entries(machine).filter(([name]) => MACHINE_FIELDS.includes(name));
  return {
    ...entry,
    matchedBy: entry.matchedBy.slice(0, 5),
    machine: Object.fromEntries(fields) as RequestMachine['machine'], // with its id
  };
}

function truncate(whole: RequestRecord, place: WholePlace, maxBytes: number): RequestRecord {
  const marked = (record: RequestRecord): RequestRecord => ({
    ...record,
    truncated: {
      machines: { total: whole.machines.length, included: record.machines.length },
      alerts: { total: whole.alerts.length, included: record.alerts.length },
      lookups: { total: whole.lookups.length, included: record.lookups.length },
      comment: {
        total: whole.comment.markdown.length,
        included: record.comment.markdown.length,
      },
      ...place,
    },
  });
  const fits = (record: RequestRecord) => messageSize(toRequestMessage(marked(record))) <= maxBytes;
  let record = whole;
  for (const { most, apply } of REDUCTIONS) {
    const least = apply(record, 0);
    if (fits(least)) {
      const keep = greatest(most(record), (count) => fits(apply(record, count)));
      return marked(apply(record, keep));
    }
    record = least;
  }
  return marked(record);
}

/** The greatest count up to `most` that passes; 0 does. */
function greatest(most: number, passes: (count: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (passes(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
