import type { Sample } from '../samples/Sample';
import type { PublishedRecord, PublishedRequest, Quarantined } from './readOutput';

/** A message all of whose lookups have ended, or that could not be read. */
export interface SettledSample {
  readonly sample: Sample;
  /** One per lookup, in their order; the newest generation of each. */
  readonly records: readonly PublishedRecord[];
  readonly quarantined: readonly Quarantined[];
}

export interface SampleCounts {
  readonly sent: number;
  readonly answered: number;
  readonly quarantined: number;
  readonly lost: number;
}

interface Account {
  readonly sample: Sample;
  readonly recordByLookup: Map<string, PublishedRecord>;
  readonly quarantined: Quarantined[];
}

/**
 * Sets what came out against what was sent. A message is settled when each of its lookups has a record, or when it is
 * quarantined as a whole. It counts as quarantined if it, or any of its lookups, was; else as answered. One that repeats
 * an event is settled with the first of that event, provided that the input queue holds nothing any more.
 */
export class SampleLedger {
  private readonly requestIds = new Set<string>();
  private readonly accountByMessageId: ReadonlyMap<string, Account>;

  constructor(private readonly samples: readonly Sample[]) {
    const accounts = new Map(
      samples
        .filter(({ repeats }) => repeats === undefined)
        .map((sample) => [
          sample.name,
          { sample, recordByLookup: new Map<string, PublishedRecord>(), quarantined: [] },
        ]),
    );
    // Whichever of two deliveries of an event is read first puts its MessageId on the records.
    this.accountByMessageId = new Map(
      samples.flatMap(({ name, repeats }) => {
        const account = accounts.get(repeats ?? name);
        return account ? [[name, account]] : [];
      }),
    );
  }

  /** Null for a message that is not one of the samples. */
  sampleOf(messageId: string | null): Sample | null {
    return this.accountByMessageId.get(messageId ?? '')?.sample ?? null;
  }

  addRequest({ request }: PublishedRequest): void {
    this.requestIds.add(request.id);
  }

  /** How many samples have records, and no record of their whole request yet. */
  withoutRequest(): number {
    const accounts = new Set(this.accountByMessageId.values());
    return [...accounts].filter(({ recordByLookup }) =>
      [...recordByLookup.values()].some(({ request }) => !this.requestIds.has(request.id)),
    ).length;
  }

  /** Whether a message is one of the samples. */
  has(messageId: string | null): boolean {
    return this.accountByMessageId.has(messageId ?? '');
  }

  /** Null while the message's other lookups are on their way, and for messages that are not ours. */
  addRecord(record: PublishedRecord): SettledSample | null {
    const account = this.accountByMessageId.get(record.request.messageId ?? '');
    const earlier = account?.recordByLookup.get(record.lookupId);
    if (!account || (earlier && earlier.generation >= record.generation)) return null;
    account.recordByLookup.set(record.lookupId, record);
    return settled(account);
  }

  addQuarantined(quarantined: Quarantined): SettledSample | null {
    const account = this.accountByMessageId.get(quarantined.source.messageId ?? '');
    account?.quarantined.push(quarantined);
    return account ? settled(account) : null;
  }

  /** What is known of a sample so far; null until it is settled. */
  get(name: string): SettledSample | null {
    const account = this.accountByMessageId.get(name);
    return account ? settled(account) : null;
  }

  /** `isInputEmpty`: nothing is left on the input queue, nor on its dead-letter queue. */
  counts(isInputEmpty: boolean): SampleCounts {
    const kinds = this.samples.map(({ name, repeats }) => {
      const found = this.get(name);
      if (!found || (repeats !== undefined && !isInputEmpty)) return 'lost';
      return found.quarantined.length > 0 ? 'quarantined' : 'answered';
    });
    const count = (kind: string) => kinds.filter((each) => each === kind).length;
    return {
      sent: kinds.length,
      answered: count('answered'),
      quarantined: count('quarantined'),
      lost: count('lost'),
    };
  }
}

function settled({ sample, recordByLookup, quarantined }: Account): SettledSample | null {
  const records = [...recordByLookup.values()].sort(
    (a, b) => a.request.position - b.request.position,
  );
  const unreadable = quarantined.filter(({ lookup }) => lookup === null).length;
  const awaited = sample.awaited ?? { lookups: records[0]?.request.of, unreadable: 0 };
  const isUnreadable = unreadable > awaited.unreadable;
  const isAnswered = records.length === awaited.lookups && unreadable === awaited.unreadable;
  return isUnreadable || isAnswered ? { sample, records, quarantined } : null;
}
