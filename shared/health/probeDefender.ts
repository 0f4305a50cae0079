import { DefenderForbiddenError, DefenderUnavailableError } from '../defender/defenderErrors';
import { ENDPOINT_IDS, type EndpointId } from '../defender/endpointIds';
import { endpoints } from '../defender/endpoints';
import type { Breaker } from '../quota/Quota';
import type { Contact } from './DefenderContact';
import type { Finding } from './HealthProbe';

/**
 * Spends no call: what the last calls have shown. @throws {DefenderForbiddenError | DefenderUnavailableError} the first
 * endpoint that refuses our rights or keeps failing, or the last call that nothing answered.
 */
export async function probeDefender(
  breakerOf: (endpoint: EndpointId) => Promise<Breaker | null>,
  contact: Contact | null,
): Promise<Finding> {
  for (const endpoint of ENDPOINT_IDS) {
    const breaker = await breakerOf(endpoint);
    if (!breaker) continue;
    const { label, roles } = endpoints[endpoint];
    const about = { endpoint, status: null, correlationId: null };
    throw breaker.why === 'forbidden'
      ? new DefenderForbiddenError(`Defender refuses ${label}`, roles, true, about)
      : new DefenderUnavailableError(`Defender does not answer ${label}`, about);
  }
  if (contact === null) return { isChecked: false, detail: 'no call has been made yet' };
  if (contact.isAnswered) return { checkedAt: contact.at };
  const about = { endpoint: contact.endpoint, status: null, correlationId: null };
  throw new DefenderUnavailableError('Nothing has answered the last call to Defender', about);
}
