import { toLoad, type Load, type LoadSettings } from './Load';
import { splitMessages } from './splitMessages';

/** The lookups of a file of messages, if all of them were sent at `now` (Unix ms). */
export function fileLoad(bytes: Buffer, settings: LoadSettings, now: number): Load {
  const messages = splitMessages(bytes).map(({ body, place }, index) => ({
    body,
    place,
    arrival: {
      channel: 'queue',
      replyTo: 'queue',
      messageId: null,
      correlationId: null,
      receivedAt: now,
      arrivalId: ['plan', String(index)],
      ingestCaller: null,
    } as const,
  }));
  return toLoad(messages, settings, now);
}
