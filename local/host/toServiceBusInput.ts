import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { ServiceBusTrigger } from './FunctionDefinition';
import type { TriggerInput } from './FunctionInvoker';
import type { TypedData } from './ProgrammingModel';

/** `DateTime.MaxValue`: a message that never expires. */
const NEVER = '9999-12-31T23:59:59.999';

/**
 * A received message in the wire shape that the .NET extension and the host give it (azure-sdk-for-net
 * ServiceBusTriggerBindingStrategy, azure-functions-host GrpcMessageConversionExtensions): strings as strings, which
 * the library then tries as JSON; everything else as JSON; null values left out.
 *
 * @param message received with `skipParsingBodyAsJson`
 */
export function toServiceBusInput(
  message: ServiceBusReceivedMessage,
  dataType: ServiceBusTrigger['dataType'],
): TriggerInput {
  const body = toBodyInput(toBytes(message.body), dataType);
  return { data: body.data, metadata: { ...toMetadata(message), ...body.metadata } };
}

/** A body that came by hand, with the metadata that .NET's `ServiceBusModelFactory` gives a message without any. */
export function toHandmadeInput(
  input: string,
  dataType: ServiceBusTrigger['dataType'],
): TriggerInput {
  const body = toBodyInput(Buffer.from(input), dataType);
  const metadata = {
    DeliveryCount: json(0),
    SequenceNumber: json(-1),
    LockToken: { string: '00000000-0000-0000-0000-000000000000' },
    EnqueuedTimeUtc: json('0001-01-01T00:00:00'),
    ExpiresAtUtc: json(NEVER),
    ApplicationProperties: json({}),
    UserProperties: json({}),
  };
  return { data: body.data, metadata: { ...metadata, ...body.metadata } };
}

/**
 * A body alone. As text, it also brings its own metadata: the host lays the top-level fields of a JSON object over the
 * message's (WorkerFunctionInvoker.ApplyBindingData), so that a body field `messageId` hides the real one.
 */
function toBodyInput(body: Buffer, dataType: ServiceBusTrigger['dataType']): TriggerInput {
  if (dataType === 'binary') return { data: { bytes: body }, metadata: {} };
  const text = body.toString('utf8');
  return { data: { string: text }, metadata: fieldsOf(text) };
}

function toBytes(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null), 'utf8');
}

function toMetadata(message: ServiceBusReceivedMessage): Record<string, TypedData> {
  const { applicationProperties, enqueuedTimeUtc, expiresAtUtc, subject } = message;
  const properties = json(applicationProperties ?? {});
  return leaveOutNulls({
    // .NET counts this delivery too; the JavaScript SDK only those before it.
    DeliveryCount: json((message.deliveryCount ?? 0) + 1),
    DeadLetterSource: text(message.deadLetterSource),
    LockToken: text(message.lockToken),
    // `DateTime` without a zone, hence without the final Z.
    ExpiresAtUtc: json(expiresAtUtc ? withoutZone(expiresAtUtc) : NEVER),
    ExpiresAt: json(`${expiresAtUtc ? withoutZone(expiresAtUtc) : NEVER}+00:00`),
    EnqueuedTimeUtc: enqueuedTimeUtc && json(withoutZone(enqueuedTimeUtc)),
    EnqueuedTime: enqueuedTimeUtc && json(`${withoutZone(enqueuedTimeUtc)}+00:00`),
    MessageId: text(message.messageId),
    ContentType: text(message.contentType),
    ReplyTo: text(message.replyTo),
    SequenceNumber: message.sequenceNumber && { json: message.sequenceNumber.toString() },
    To: text(message.to),
    Subject: text(subject),
    Label: text(subject),
    CorrelationId: text(message.correlationId),
    ApplicationProperties: properties,
    UserProperties: properties,
    SessionId: text(message.sessionId),
    ReplyToSessionId: text(message.replyToSessionId),
    PartitionKey: text(message.partitionKey),
    DeadLetterReason: text(message.deadLetterReason),
    DeadLetterErrorDescription: text(message.deadLetterErrorDescription),
  });
}

/** Top-level fields of a JSON object as .NET text; objects stay JSON, arrays and nulls are left out. */
function fieldsOf(body: string): Record<string, TypedData> {
  const trimmed = body.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(trimmed);
  } catch {
    return {};
  }
  const fields = Object.entries(parsed as object) // an object, by its braces
    .map(([key, value]: [string, unknown]) => [capitalised(key), toField(value)] as const);
  return leaveOutNulls(Object.fromEntries(fields));
}

function toField(value: unknown): TypedData | undefined {
  if (value === null || Array.isArray(value)) return undefined;
  if (typeof value === 'string') return { string: value };
  if (typeof value === 'boolean') return { string: value ? 'True' : 'False' };
  return json(value);
}

/** The host's dictionary ignores case; one spelling of the first letter lets the body's field replace the message's. */
function capitalised(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}

function leaveOutNulls(
  values: Readonly<Record<string, TypedData | undefined>>,
): Record<string, TypedData> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, TypedData] => entry[1] !== undefined),
  );
}

function text(value: { toString(): string } | undefined): TypedData | undefined {
  return value === undefined ? undefined : { string: value.toString() };
}

function json(value: unknown): TypedData {
  return { json: JSON.stringify(value) };
}

function withoutZone(date: Date): string {
  return date.toISOString().slice(0, -1);
}
