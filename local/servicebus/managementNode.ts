import { types } from 'rhea';
import { z } from 'zod';
import {
  ALREADY_DEAD_LETTERED,
  type AmqpFault,
  LOCK_LOST,
  MESSAGE_NOT_FOUND,
  malformedMessage,
  messageTooLarge,
  notImplemented,
} from './amqpErrors';
import {
  type EncodedMessage,
  encodeDelivery,
  encodeInReply,
  parseMessage,
  withProperties,
} from './EncodedMessage';
import { newMessageId } from './IncomingLink';
import { tokenFromUuid, tokenToUuid } from './lockToken';
import { MalformedMessageError } from './MalformedMessageError';
import { SECTION, splitSections } from './messageSections';
import type { QueueEngine } from './QueueEngine';
import type { Settlement, StoredMessage } from './queueModel';
import { type Reply, type Request, buffer } from './requestLink';
import { entriesOf, readValue } from './rheaInternals';

type Engine = QueueEngine<EncodedMessage>;
type Operation = (engine: Engine, request: Request) => Reply;

// rhea decodes longs beyond 2^53 as bytes.
const long = z.union([z.number(), buffer.transform((bytes) => Number(bytes.readBigInt64BE()))]);
const lockTokens = z.array(buffer.transform(tokenFromUuid)).min(1);

const renewLockBody = z.object({ 'lock-tokens': lockTokens });
const peekBody = z.object({
  'from-sequence-number': long,
  'message-count': z.number(),
  'omit-message-body': z.boolean().nullish(),
});
const scheduleBody = z.object({ messages: z.array(z.object({ message: buffer })) });
const sequenceNumbersBody = z.object({ 'sequence-numbers': z.array(long) });
const receiveDeferredBody = sequenceNumbersBody.extend({
  'receiver-settle-mode': z.number().nullish(),
});
const dispositionBody = z.object({
  'lock-tokens': lockTokens,
  // "defered" is how the protocol spells it.
  'disposition-status': z.enum(['completed', 'abandoned', 'suspended', 'defered']),
  'deadletter-reason': z.string().nullish(),
  'deadletter-description': z.string().nullish(),
});

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['com.microsoft:renew-lock', renewLocks],
  ['com.microsoft:peek-message', peekMessages],
  ['com.microsoft:schedule-message', scheduleMessages],
  ['com.microsoft:cancel-scheduled-message', cancelScheduled],
  ['com.microsoft:receive-by-sequence-number', receiveDeferred],
  ['com.microsoft:update-disposition', updateDisposition],
]);

/** `<queue>/$management`: what the SDKs do apart from sending, receiving and settling on a link. */
export function handleManagementRequest(engine: Engine, request: Request): Reply {
  const operation = OPERATIONS.get(request.operation);
  if (!operation) return failed(501, notImplemented(`the operation '${request.operation}'`));
  try {
    return operation(engine, request);
  } catch (error) {
    if (error instanceof z.ZodError) return failed(400, malformedMessage(z.prettifyError(error)));
    if (error instanceof MalformedMessageError) return failed(400, malformedMessage(error.message));
    throw error;
  }
}

function renewLocks(engine: Engine, { body }: Request): Reply {
  const expirations: number[] = [];
  for (const token of renewLockBody.parse(body)['lock-tokens']) {
    const until = engine.renewLock(token);
    if (until === undefined) return failed(410, LOCK_LOST);
    expirations.push(until);
  }
  return succeeded({ expirations: types.wrap_array(expirations, 0x83, undefined) });
}

function peekMessages(engine: Engine, { body }: Request): Reply {
  const query = peekBody.parse(body);
  const found = engine.peek(query['from-sequence-number'], query['message-count']);
  if (found.length === 0) return { application_properties: status(204, 'No Content') };
  const omitBody = query['omit-message-body'] === true;
  return succeeded({
    messages: found.map((message) => ({
      message: encodeDelivery(omitBody ? withoutBody(message) : message),
    })),
  });
}

function scheduleMessages(engine: Engine, { body }: Request): Reply {
  const payloads = scheduleBody.parse(body).messages.map(({ message }) => message);
  const messages = payloads.map((payload) => parseMessage(payload, newMessageId));
  const sizeBytes = payloads.reduce((sum, { length }) => sum + length, 0);
  const result = engine.enqueue(messages, sizeBytes);
  if (result.outcome === 'tooLarge') return failed(400, messageTooLarge(sizeBytes));
  return succeeded({
    'sequence-numbers': types.wrap_array(result.sequenceNumbers, 0x81, undefined),
  });
}

function cancelScheduled(engine: Engine, { body }: Request): Reply {
  const outcome = engine.cancelScheduled(sequenceNumbersBody.parse(body)['sequence-numbers']);
  return outcome === 'notFound' ? failed(404, MESSAGE_NOT_FOUND) : succeeded();
}

function receiveDeferred(engine: Engine, { body }: Request): Reply {
  const query = receiveDeferredBody.parse(body);
  const numbers = query['sequence-numbers'];
  const isPeekLock = query['receiver-settle-mode'] !== 0;
  const messages: readonly StoredMessage<EncodedMessage>[] | 'notFound' = isPeekLock
    ? engine.receiveDeferred(numbers)
    : engine.receiveAndDeleteDeferred(numbers);
  if (messages === 'notFound') return failed(404, MESSAGE_NOT_FOUND);
  return succeeded({
    messages: messages.map((message) => ({
      message: encodeInReply(message),
      ...(message.lock && { 'lock-token': types.wrap_uuid(tokenToUuid(message.lock.token)) }),
    })),
  });
}

function updateDisposition(engine: Engine, { body, payload }: Request): Reply {
  const disposition = dispositionBody.parse(body);
  const changes = propertiesToModify(payload);
  const change = (content: EncodedMessage) => withProperties(content, changes);
  const reason = {
    reason: disposition['deadletter-reason'] ?? undefined,
    description: disposition['deadletter-description'] ?? undefined,
  };
  const settle: Readonly<
    Record<(typeof disposition)['disposition-status'], (token: string) => Settlement>
  > = {
    completed: (token) => engine.complete(token),
    abandoned: (token) => engine.abandon(token, change),
    defered: (token) => engine.defer(token, change),
    suspended: (token) => engine.deadLetter(token, reason, change),
  };
  const settlements = disposition['lock-tokens'].map(settle[disposition['disposition-status']]);
  if (settlements.includes('lockLost')) return failed(410, LOCK_LOST);
  if (settlements.includes('notAllowed')) return failed(400, ALREADY_DEAD_LETTERED);
  return succeeded();
}

/** Read once more from the payload, because the decoded body has lost the wire types. */
function propertiesToModify(payload: Buffer) {
  const section = splitSections(payload).find(({ code }) => code === SECTION.amqpValue);
  const body = section && readValue(section.value);
  return entriesOf(entriesOf(body).get('properties-to-modify'));
}

function withoutBody(message: StoredMessage<EncodedMessage>): StoredMessage<EncodedMessage> {
  return { ...message, content: { ...message.content, body: Buffer.alloc(0) } };
}

function succeeded(body: Readonly<Record<string, unknown>> = {}): Reply {
  return { application_properties: status(200, 'OK'), body };
}

function failed(statusCode: number, { condition, description }: AmqpFault): Reply {
  return {
    application_properties: {
      ...status(statusCode, description),
      errorCondition: types.wrap_symbol(condition),
    },
  };
}

function status(statusCode: number, statusDescription: string) {
  return { statusCode: types.wrap_int(statusCode), statusDescription };
}
