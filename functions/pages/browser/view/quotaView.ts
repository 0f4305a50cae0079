import type { EndpointStatus, Status } from '../../../../shared/health/StatusReport';
import { count, counted, upcoming } from './format';

/** One window of the quota. Fractions are of its width. */
export interface Gauge {
  readonly span: 'minute' | 'hour';
  readonly usedFraction: number;
  /** Where the queue stops; null: it leaves nothing free. */
  readonly reserveFraction: number | null;
  readonly level: 'free' | 'reserveOnly' | 'full';
  readonly text: string;
  /** The same and more, for those who do not see it. */
  readonly label: string;
}

export interface EndpointCard {
  readonly name: string;
  readonly state: { readonly kind: 'open' | 'closed'; readonly text: string };
  readonly gauges: readonly Gauge[];
  readonly nextForHttp: string;
  readonly nextForQueue: string;
  readonly waiting: string;
  readonly throttles: string | null;
}

const WHY: Readonly<Record<NonNullable<EndpointStatus['coolDown']>['why'], string>> = {
  forbidden: 'Defender refuses the right for it',
  unauthorized: 'Defender refuses the token',
  failing: 'Defender fails',
  rowUnreadable: 'its calendar could not be read',
  rowLost: 'its calendar was lost',
  cooling: 'Defender asked for a pause, or the quota settings changed',
};
const ALL = 'all APIs, one quota';

/** A card for each calendar: of each endpoint, or the one of all. Null entries could not be read. */
export function endpointCards(
  { endpoints, quotaScope }: Pick<Status, 'endpoints' | 'quotaScope'>,
  now: number,
): readonly EndpointCard[] {
  const known = Object.entries(endpoints).flatMap(([name, endpoint]) =>
    endpoint ? [{ name, endpoint }] : [],
  );
  // The others then show the same calendar.
  const shown = quotaScope === 'application' ? known.slice(0, 1) : known;
  return shown.map(({ name, endpoint }) => ({
    name: quotaScope === 'application' ? ALL : name,
    state: stateOf(endpoint, now),
    gauges: [gaugeOf('minute', name, endpoint), gaugeOf('hour', name, endpoint)],
    nextForHttp: upcoming(Date.parse(endpoint.nextSlotAt.interactive), now),
    nextForQueue: upcoming(Date.parse(endpoint.nextSlotAt.normal), now),
    waiting: counted(waitingIn(endpoint), 'call'),
    throttles:
      endpoint.throttles === 0 ? null : `429 answered ${counted(endpoint.throttles, 'time')}`,
  }));
}

export function waitingIn({ waiting }: Pick<EndpointStatus, 'waiting'>): number {
  return Object.values(waiting).reduce((sum, waits) => sum + waits, 0);
}

function stateOf(
  { coolDown, breaker }: Pick<EndpointStatus, 'coolDown' | 'breaker'>,
  now: number,
): EndpointCard['state'] {
  const why = breaker ?? coolDown?.why;
  if (why === undefined) return { kind: 'open', text: 'open' };
  const next = coolDown ? `, next try ${upcoming(Date.parse(coolDown.until), now)}` : '';
  return { kind: 'closed', text: `closed: ${WHY[why]}${next}` };
}

function gaugeOf(span: Gauge['span'], name: string, endpoint: EndpointStatus): Gauge {
  const { limit, used } = endpoint[span];
  const reserve = endpoint.reserve[span];
  const queueStopsAt = Math.max(1, limit - reserve);
  const isWithReserve = reserve > 0;
  const level = used >= limit ? 'full' : used >= queueStopsAt ? 'reserveOnly' : 'free';
  const text = `${count(used)} of ${count(limit)}${LEVELS[level]}`;
  const stop = isWithReserve ? `; the queue stops at ${count(queueStopsAt)}` : '';
  return {
    span,
    usedFraction: Math.min(1, used / limit),
    reserveFraction: isWithReserve ? queueStopsAt / limit : null,
    level,
    text,
    label: `${name}: ${text} calls in the last ${span}${stop}`,
  };
}

const LEVELS: Readonly<Record<Gauge['level'], string>> = {
  free: '',
  reserveOnly: ', reserve only',
  full: ', used up',
};
