import type { OutgoingMessage } from '../../../shared/messaging/QueueSender';

export function anOutgoingMessage(fields: Partial<OutgoingMessage> = {}): OutgoingMessage {
  return {
    messageId: 'm-1',
    body: Buffer.from('{}'),
    contentType: 'application/json',
    ...fields,
  };
}
