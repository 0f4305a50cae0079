import { tracedView } from '../../../../../functions/pages/browser/view/traceView';
import type { TracedLookup, TracedRequest } from '../../../../../shared/requestRecords/Trace';

const now = new Date(2026, 10, 29, 12, 0, 0).getTime();
const at = (ms: number) => new Date(now + ms).toISOString();
const lookup: TracedLookup = {
  position: 1,
  lookupId: 'l_1',
  generation: 0,
  kind: 'file',
  value: '3395856ce81f2b7382dee72602f798b642f14140'.repeat(2),
  state: 'waitingForSlot',
  endpoint: 'machines/findbyip',
  nextAt: at(90_000),
  outcome: null,
  reason: null,
  recordId: null,
  quarantineId: null,
  durationsMs: { total: 12_000, waited: null },
};
const request = (lookups: TracedLookup[]): TracedRequest => ({
  requestId: 'r_1',
  eventId: 'incident-4711',
  source: 'my-siem',
  format: null,
  receivedAt: at(-12_000),
  status: 'running',
  of: 2,
  done: 1,
  records: [],
  leftOutCount: 1,
  lookups,
});

describe('tracedView()', () => {
  it('says how far a request is and where it came from', () => {
    const { title, about } = tracedView(request([]), now);

    expect(title).toBe('1 of 2 lookups answered, running');
    expect(about).toBe('from my-siem at 11:59:48, 1 entry left out; r_1');
  });

  it.each<{ over: Partial<TracedLookup>; says: string }>([
    { over: {}, says: 'waits for its slot for machines/findbyip, in 90 s (12:01:30)' },
    {
      over: { state: 'waitingForRight' },
      says: 'waits for a right for machines/findbyip, in 90 s (12:01:30)',
    },
    {
      over: { state: 'waitingForService' },
      says: 'waits for Defender for machines/findbyip, in 90 s (12:01:30)',
    },
    { over: { state: 'asked', nextAt: null }, says: 'being asked for machines/findbyip' },
    { over: { state: 'ended', outcome: 'found' }, says: 'found' },
    {
      over: {
        state: 'ended',
        outcome: 'denied',
        reason: { code: 'defender.forbidden', message: '' },
      },
      says: 'denied: defender.forbidden',
    },
    {
      over: { state: 'recheckAt', outcome: 'notSeen' },
      says: 'notSeen so far, asked once more, in 90 s (12:01:30)',
    },
  ])('says of a lookup: $says', ({ over, says }) => {
    const [shown] = tracedView(request([{ ...lookup, ...over }]), now).lookups;

    expect(shown?.state).toBe(says);
    expect(shown?.value.length).toBeLessThanOrEqual(40);
  });
});
