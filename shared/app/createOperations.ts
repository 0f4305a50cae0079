import { endpoints } from '../defender/endpoints';
import { ENDPOINT_IDS, type EndpointId } from '../defender/endpointIds';
import { LookupCanceller } from '../requestRecords/LookupCanceller';
import { RequestTrace } from '../requestRecords/RequestTrace';
import type { SharedQuota } from './createQuota';
import type { Stores } from './createStores';
import type { Foundation } from './Foundation';

export interface Operations {
  readonly requestTrace: RequestTrace;
  readonly lookupCanceller: LookupCanceller;
}

const CANCELLED_FLOWS = ['high', 'normal', 'low'] as const;

/** What operators ask for about requests from the queue. */
export function createOperations(
  { config, clock }: Foundation,
  { requestLedger: ledger, requestSearch: search, cancellations: store }: Stores,
  { keeper }: SharedQuota,
): Operations {
  const { recheckAfterMs } = config.lookups;
  const needed = async (endpoint: EndpointId) => {
    const breaker = await keeper.breakerOf(endpoint);
    if (!breaker) return null;
    return breaker.why === 'failing' ? 'service' : 'right';
  };
  const byLabel = new Map<string, EndpointId>(
    ENDPOINT_IDS.map((endpoint) => [endpoints[endpoint].label, endpoint]),
  );
  return {
    requestTrace: new RequestTrace({
      ledger,
      search,
      clock,
      recheckAfterMs,
      breakerOf: async (label) => {
        const endpoint = byLabel.get(label);
        return endpoint === undefined ? null : needed(endpoint).catch(() => null);
      },
    }),
    lookupCanceller: new LookupCanceller({
      search,
      ledger,
      store,
      clock,
      freeSlots: async () => {
        for (const endpoint of ENDPOINT_IDS) await keeper.cancel(endpoint, CANCELLED_FLOWS);
      },
    }),
  };
}
