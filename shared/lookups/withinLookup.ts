import type { Logger } from '../telemetry/Logger';
import type { RequestInfo } from './Lookup';

/** Every line that `work` logs names the lookup, and the message or HTTP request it came with, in whatever delivery. */
export function withinLookup<T>(
  logger: Pick<Logger, 'within'>,
  about: {
    readonly id: string;
    readonly request: Pick<RequestInfo, 'id' | 'messageId' | 'correlationId'>;
  },
  work: () => T,
): T {
  const { id: requestId, messageId, correlationId } = about.request;
  return logger.within({ messageId, correlationId, requestId, lookupId: about.id }, work);
}
