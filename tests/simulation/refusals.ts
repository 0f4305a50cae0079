import { lengthOf } from '../../shared/batches/batchQuery';
import {
  DefenderRejectedError,
  DefenderUnavailableError,
} from '../../shared/defender/defenderErrors';
import type { DefenderQuery } from '../../shared/defender/DefenderQuery';

/** What is known to nobody before the first 414: the longest path and query that is answered. */
const LONGEST = 900;

const isBatch = (query: DefenderQuery): boolean =>
  query.endpoint === 'alerts' ||
  (query.endpoint === 'machines' &&
    query.filter !== null &&
    JSON.stringify(query.filter).includes('"in"'));

/** As a Defender does that does not know `in`. */
export function refusesIn(query: DefenderQuery): Error | null {
  const about = { endpoint: query.endpoint, status: 400, correlationId: null };
  return isBatch(query) ? new DefenderRejectedError('in is not taken', about) : null;
}

/** As a server does whose longest URL is shorter than thought. */
export function refusesLong(query: DefenderQuery): Error | null {
  const about = { endpoint: query.endpoint, status: 414, correlationId: null };
  return lengthOf(query) > LONGEST ? new DefenderUnavailableError('too long', about) : null;
}
