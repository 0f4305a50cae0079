import type { Telemetry } from '../telemetry/Telemetry';
import type { OutgoingMessage, QueueSender } from './QueueSender';

/** Traces what is sent; messages carry the trace on, under both names that consumers look for. */
export class TracedSender implements QueueSender {
  constructor(
    private readonly queue: string,
    private readonly sender: QueueSender,
    private readonly telemetry: Telemetry,
  ) {}

  send(messages: readonly OutgoingMessage[]): Promise<void> {
    const attributes = {
      'messaging.system': 'servicebus',
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'send',
      'messaging.destination.name': this.queue,
      'messaging.batch.message_count': messages.length,
    };
    const start = { name: `send ${this.queue}`, kind: 'producer', attributes } as const;
    return this.telemetry.span(start, () => this.sender.send(this.marked(messages)));
  }

  private marked(messages: readonly OutgoingMessage[]): readonly OutgoingMessage[] {
    const traceparent = this.telemetry.traceparent();
    if (traceparent === null) return messages;
    return messages.map((message) => ({
      ...message,
      applicationProperties: {
        ...message.applicationProperties,
        traceparent,
        'Diagnostic-Id': traceparent,
      },
    }));
  }
}
