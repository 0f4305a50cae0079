import type { LogFields } from '../telemetry/Logger';
import type { RequestInfo } from './Lookup';

/** What every line of the log about a lookup names, in whatever delivery: the message or request it came with. */
export function traceOf(
  lookupId: string,
  request: Pick<RequestInfo, 'id' | 'messageId' | 'correlationId'>,
): LogFields {
  const { id: requestId, messageId, correlationId } = request;
  return { messageId, correlationId, requestId, lookupId };
}
