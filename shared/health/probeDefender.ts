import { DefenderForbiddenError, DefenderUnavailableError } from '../defender/defenderErrors';
import { ENDPOINT_IDS, type EndpointId } from '../defender/endpointIds';
import { endpoints } from '../defender/endpoints';
import type { Breaker } from '../quota/Quota';

/**
 * Spends no call: what the last calls have shown. @throws {DefenderForbiddenError | DefenderUnavailableError} the first
 * endpoint that refuses our rights or keeps failing.
 */
export async function probeDefender(
  breakerOf: (endpoint: EndpointId) => Promise<Breaker | null>,
): Promise<void> {
  for (const endpoint of ENDPOINT_IDS) {
    const breaker = await breakerOf(endpoint);
    if (!breaker) continue;
    const { label, roles } = endpoints[endpoint];
    const about = { endpoint, status: null, correlationId: null };
    throw breaker.why === 'forbidden'
      ? new DefenderForbiddenError(`Defender refuses ${label}`, roles, true, about)
      : new DefenderUnavailableError(`Defender does not answer ${label}`, about);
  }
}
