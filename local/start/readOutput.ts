import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus';
import { z } from 'zod';
import { nativeIn } from '../../shared/projections/projections';
import { OUTCOMES } from '../../shared/records/EnrichmentRecord';
import { REQUEST_STATUSES } from '../../shared/requestRecords/RequestRecord';

/** What the local run reads of an enrichment record; the rest is kept. */
const recordSchema = z.looseObject({
  id: z.string(),
  lookupId: z.string(),
  generation: z.number(),
  final: z.boolean(),
  request: z.looseObject({
    id: z.string(),
    eventId: z.string().nullable(),
    messageId: z.string().nullable(),
    position: z.number(),
    of: z.number(),
  }),
  indicator: z.looseObject({ value: z.string() }),
  outcome: z.enum(OUTCOMES),
  machines: z.array(
    z.looseObject({
      machine: z.looseObject({ id: z.string(), computerDnsName: z.string().nullish() }),
    }),
  ),
  summary: z.looseObject({ machineCount: z.number(), alertCount: z.number() }),
  evidence: z.array(z.looseObject({ fromCache: z.boolean(), waitedMs: z.number() })),
  truncated: z.looseObject({}).nullable(),
});
export type PublishedRecord = z.infer<typeof recordSchema>;

/** What the local run reads of the record of a whole request. */
const requestSchema = z.looseObject({
  id: z.string(),
  generation: z.number(),
  status: z.enum(REQUEST_STATUSES),
  final: z.boolean(),
  request: z.looseObject({
    id: z.string(),
    eventId: z.string().nullable(),
    messageId: z.string().nullable(),
    of: z.number(),
    done: z.number(),
  }),
  summary: z.looseObject({
    machineCount: z.number(),
    actOn: z.array(z.string()),
    highestRiskScore: z.string().nullable(),
  }),
  lookups: z.array(z.looseObject({ recordId: z.string().nullable() })),
});
export type PublishedRequest = z.infer<typeof requestSchema>;

/** What the local run reads of a quarantined message or lookup. */
const quarantinedSchema = z.looseObject({
  reason: z.looseObject({ code: z.string() }),
  source: z.looseObject({ messageId: z.string().nullable() }),
  lookup: z
    .looseObject({ request: z.looseObject({ messageId: z.string().nullable() }) })
    .nullable(),
});
export type Quarantined = z.infer<typeof quarantinedSchema>;

/** A record, and the properties of its message that rules and filters see. */
export interface Published {
  readonly record: PublishedRecord;
  readonly properties: Readonly<Record<string, unknown>>;
  /** As it was sent, in the format of the output queue. */
  readonly body: unknown;
}

export interface OutputListeners {
  readonly onRecord: (published: Published) => void;
  readonly onRequest: (request: PublishedRequest) => void;
  readonly onQuarantined: (quarantined: Quarantined) => void;
  readonly onError: (error: Error) => void;
}

/** Receives what the app publishes, as a consumer would: each message is completed once it has been handed over. */
export function readOutput(
  client: ServiceBusClient,
  { onRecord, onRequest, onQuarantined, onError }: OutputListeners,
): void {
  const subscribe = (queue: string, take: (message: ServiceBusReceivedMessage) => void) => {
    client.createReceiver(queue).subscribe({
      processMessage: async (message) => {
        take(message);
      },
      processError: async ({ error }) => {
        onError(error);
      },
    });
  };
  subscribe('enriched-machines', (message) => {
    onRecord(publishedIn(message));
  });
  subscribe('enriched-requests', (message) => {
    onRequest(requestIn(message));
  });
  subscribe('quarantine', (message) => {
    onQuarantined(quarantinedIn(message));
  });
}

/** @throws {z.ZodError} the message holds no record. */
export function publishedIn({
  body,
  applicationProperties = {},
}: ServiceBusReceivedMessage): Published {
  const native = nativeIn(body);
  recordSchema.parse(native);
  const record = native as PublishedRecord; // as published, with its keys in their order
  return { record, properties: applicationProperties, body };
}

/** @throws {z.ZodError} the message holds no record of a whole request. */
export function requestIn({ body }: ServiceBusReceivedMessage): PublishedRequest {
  requestSchema.parse(body);
  return body as PublishedRequest; // as published
}

/** @throws {z.ZodError} the message is not of the quarantine. */
export function quarantinedIn({ body }: ServiceBusReceivedMessage): Quarantined {
  quarantinedSchema.parse(body);
  return body as Quarantined; // as above
}
