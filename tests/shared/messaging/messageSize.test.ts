import fc from 'fast-check';
import { message as amqp } from 'rhea';
import { messageSize } from '../../../shared/messaging/messageSize';
import type { OutgoingMessage } from '../../../shared/messaging/QueueSender';
import { anOutgoingMessage } from './anOutgoingMessage';

/** The message as AMQP 1.0 carries it. */
function encodedBytes({ body, applicationProperties, ...rest }: OutgoingMessage): number {
  const encoded: Buffer = amqp.encode({
    // rhea's own type for sections of a body is `any`
    body: amqp.data_section(body) as object,
    message_id: rest.messageId,
    content_type: rest.contentType,
    ...(rest.correlationId !== undefined && { correlation_id: rest.correlationId }),
    ...(rest.sessionId !== undefined && { group_id: rest.sessionId }),
    ...(rest.subject !== undefined && { subject: rest.subject }),
    ...(applicationProperties && { application_properties: { ...applicationProperties } }),
    message_annotations: { 'x-opt-scheduled-enqueue-time': new Date(0) },
  });
  return encoded.byteLength;
}

const text = fc.string({ unit: 'grapheme', maxLength: 400 });

const scalar = fc.oneof(text, fc.boolean(), fc.double({ noInteger: true }), fc.integer());

describe('messageSize()', () => {
  it('is never less than what is sent, and little more', () => {
    fc.assert(
      fc.property(
        fc.record({ messageId: text, correlationId: text, sessionId: text, subject: text }),
        fc.uint8Array({ maxLength: 5_000 }),
        fc.dictionary(text, scalar, {
          maxKeys: 30,
        }),
        (texts, body, properties) => {
          const applicationProperties = { ...properties };
          const message = anOutgoingMessage({
            ...texts,
            body: Buffer.from(body),
            applicationProperties,
          });
          const sent = encodedBytes(message);

          const count = Object.keys(applicationProperties).length;
          expect(messageSize(message)).toBeGreaterThanOrEqual(sent);
          expect(messageSize(message)).toBeLessThanOrEqual(sent + 320 + 40 * count);
        },
      ),
    );
  });

  it.each([
    { character: 'a', bytes: 1 },
    { character: 'ü', bytes: 2 },
    { character: '€', bytes: 3 },
    { character: '\u{1f980}', bytes: 4 },
  ])('counts $bytes bytes for $character, in body and properties', ({ character, bytes }) => {
    const empty = messageSize(anOutgoingMessage({ body: Buffer.of(), subject: '' }));

    const inBody = anOutgoingMessage({ body: Buffer.from(character.repeat(100)), subject: '' });
    const inSubject = anOutgoingMessage({ body: Buffer.of(), subject: character.repeat(100) });

    expect(messageSize(inBody)).toBe(empty + 100 * bytes);
    expect(messageSize(inSubject)).toBe(empty + 100 * bytes);
  });
});
