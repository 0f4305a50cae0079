import { z } from 'zod';
import type { AwaitedAnswers, AwaitedRequest } from '../../local/start/awaitedOf';
import { requestRecordSchema } from '../../shared/requestRecords/RequestRecord';

/** A message from an output queue or from quarantine, as far as it is looked at. */
export interface Seen {
  readonly body: unknown;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The same in every `OUTPUT_FORMAT`. */
const recordProperties = z.looseObject({
  recordType: z.literal('lookup'),
  requestId: z.string(),
  lookupId: z.string(),
  generation: z.number(),
  unasked: z.boolean().default(false),
});

const quarantinedBody = z.looseObject({
  id: z.string(),
  source: z.looseObject({ messageId: z.string().nullable() }),
  lookup: z.looseObject({}).nullable(),
});

/** What is shown of the record of a whole request; the rest is kept. */
const requestBody = z.looseObject({
  recordType: z.literal('request'),
  generation: z.number(),
  ...requestRecordSchema.pick({ status: true }).shape,
  request: z.looseObject({ id: z.string(), of: z.number(), done: z.number() }),
  summary: z.looseObject({
    outcomes: z.record(z.string(), z.number()),
    machineCount: z.number(),
    actOn: z.array(z.string()),
    highestRiskScore: z.string().nullable(),
  }),
});
export type SeenRequest = z.infer<typeof requestBody>;

interface Answer {
  readonly generation: number;
  readonly unasked: boolean;
  readonly body: unknown;
}

/** What has become of a message so far. */
export class SentMessage {
  private readonly answers = new Map<string, Answer>();
  private readonly wholes = new Map<string, SeenRequest>();
  private readonly entries = new Map<
    string,
    { readonly body: unknown; readonly isWhole: boolean }
  >();

  constructor(
    readonly file: string,
    readonly messageId: string,
    readonly awaited: AwaitedAnswers,
  ) {}

  /** Of each lookup the record that counts: of the highest generation. */
  get records(): readonly unknown[] {
    return [...this.answers.values()].map(({ body }) => body);
  }

  get quarantined(): readonly unknown[] {
    return [...this.entries.values()].map(({ body }) => body);
  }

  /** Of each request the newest generation. */
  get requestRecords(): readonly SeenRequest[] {
    return [...this.wholes.values()];
  }

  /** Requests without a record that says that they are over. */
  get openRequests(): readonly AwaitedRequest[] {
    return this.awaited.requests.filter(({ id }) => this.wholes.get(id)?.status !== 'completed');
  }

  /** Whether every lookup has its record; those of whole requests come after them. */
  get isComplete(): boolean {
    const unreadable = [...this.entries.values()].filter(({ isWhole }) => isWhole).length;
    const { lookups, unreadable: expected } = this.awaited;
    return this.answers.size >= lookups && unreadable >= expected;
  }

  /** Takes it if it answers this message, or an earlier one with the same event. */
  addRecord({ body, properties }: Seen): void {
    const parsed = recordProperties.safeParse(properties);
    if (!parsed.success) return;
    const { requestId, lookupId, generation, unasked } = parsed.data;
    if (!this.awaited.requests.some(({ id }) => id === requestId)) return;
    const earlier = this.answers.get(lookupId);
    const isBetter =
      !earlier ||
      generation > earlier.generation ||
      (generation === earlier.generation && earlier.unasked && !unasked);
    if (isBetter) this.answers.set(lookupId, { generation, unasked, body });
  }

  addRequestRecord({ body }: Seen): void {
    const parsed = requestBody.safeParse(body);
    if (!parsed.success) return;
    const { request, generation } = parsed.data;
    if (!this.awaited.requests.some(({ id }) => id === request.id)) return;
    const earlier = this.wholes.get(request.id);
    if (!earlier || generation > earlier.generation) this.wholes.set(request.id, parsed.data);
  }

  addQuarantined({ body, properties }: Seen): void {
    const parsed = quarantinedBody.safeParse(body);
    if (!parsed.success) return;
    const { id, source, lookup } = parsed.data;
    const isOfRequest = this.awaited.requests.some((each) => each.id === properties['requestId']);
    if (source.messageId !== this.messageId && !isOfRequest) return;
    this.entries.set(id, { body, isWhole: lookup === null && !isOfRequest });
  }
}
