import type { TracedLookup, TracedRequest } from '../../../../shared/requestRecords/Trace';
import { shortened } from '../../../../shared/text/shortened';
import { clockTime, counted, duration, upcoming } from './format';

export interface TracedView {
  readonly title: string;
  readonly about: string;
  readonly lookups: readonly {
    readonly value: string;
    readonly kind: string;
    readonly state: string;
    readonly took: string;
  }[];
}

const VALUE_CHARACTERS = 40;

/** Where a request is. `now` is Unix ms. */
export function tracedView(request: TracedRequest, now: number): TracedView {
  const { source, status, of, done, receivedAt, leftOutCount, lookups, requestId } = request;
  const leftOut =
    leftOutCount === 0 ? '' : `, ${counted(leftOutCount, 'entry', 'entries')} left out`;
  return {
    title: `${done} of ${counted(of, 'lookup')} answered, ${status}`,
    about: `from ${source} at ${clockTime(Date.parse(receivedAt), now)}${leftOut}; ${requestId}`,
    lookups: lookups.map((lookup) => ({
      value: shortened(lookup.value, VALUE_CHARACTERS),
      kind: lookup.kind,
      state: stateOf(lookup, now),
      took: duration(lookup.durationsMs.total),
    })),
  };
}

function stateOf(lookup: TracedLookup, now: number): string {
  const { state, outcome, reason, nextAt, endpoint } = lookup;
  const next = nextAt === null ? '' : `, ${upcoming(Date.parse(nextAt), now)}`;
  const where = endpoint === null ? '' : ` for ${endpoint}`;
  switch (state) {
    case 'ended':
      return [outcome, reason?.code].filter((part) => part !== undefined).join(': ');
    case 'recheckAt':
      return `${outcome ?? 'answered'} so far, asked once more${next}`;
    case 'asked':
      return `being asked${where}`;
    case 'waitingForSlot':
      return `waits for its slot${where}${next}`;
    case 'waitingForRight':
      return `waits for a right${where}${next}`;
    case 'waitingForService':
      return `waits for Defender${where}${next}`;
  }
}
