import { callsInTheLastHour } from '../../../../../functions/pages/browser/view/hourView';
import { endpointCards } from '../../../../../functions/pages/browser/view/quotaView';
import type { EndpointStatus, Status } from '../../../../../shared/health/StatusReport';

const now = new Date(2026, 10, 29, 12, 0, 0).getTime();
const at = (ms: number) => new Date(now + ms).toISOString();

const endpoint = (over: Partial<EndpointStatus> = {}): EndpointStatus => ({
  minute: { limit: 100, used: 37, left: 63 },
  hour: { limit: 1_500, used: 412, left: 1_088 },
  reserve: { minute: 10, hour: 15 },
  agents: null,
  callsPerMinute: [1, 2, 3],
  nextSlotAt: { interactive: at(0), normal: at(34_000) },
  coolDown: null,
  breaker: null,
  waiting: { interactive: 0, retry: 1, http: 0, high: 0, normal: 6, low: 0, inventory: 0 },
  pendingSettings: [],
  throttles: 0,
  lastThrottledAt: null,
  ...over,
});
const status = (
  endpoints: Record<string, EndpointStatus | null>,
  quotaScope: Status['quotaScope'] = 'endpoint',
) => ({ endpoints: endpoints as Status['endpoints'], quotaScope }); // as many as the case needs
const only = (over: Partial<EndpointStatus>) => {
  const [card] = endpointCards(status({ machine: endpoint(over) }), now);
  if (!card) throw new Error('no card');
  return card;
};

describe('endpointCards()', () => {
  it('shows both windows with the line at which the queue stops, and the next slots', () => {
    const card = only({});

    expect(card).toMatchObject({
      name: 'machine',
      state: { kind: 'open', text: 'open' },
      nextForHttp: 'now',
      nextForQueue: 'in 34 s (12:00:34)',
      waiting: '7 calls',
      throttles: null,
    });
    expect(card.gauges).toMatchObject([
      { span: 'minute', usedFraction: 0.37, reserveFraction: 0.9, text: '37 of 100' },
      { span: 'hour', reserveFraction: 0.99, text: '412 of 1,500' },
    ]);
    expect(card.gauges[0]?.label).toBe(
      'machine: 37 of 100 calls in the last minute; the queue stops at 90',
    );
  });

  it.each([
    { used: 89, level: 'free', text: '89 of 100' },
    { used: 90, level: 'reserveOnly', text: '90 of 100, reserve only' },
    { used: 100, level: 'full', text: '100 of 100, used up' },
    { used: 120, level: 'full', text: '120 of 100, used up' },
  ])('says in words how far $used of 100 are', ({ used, level, text }) => {
    const [minute] = only({ minute: { limit: 100, used, left: 0 } }).gauges;

    expect(minute).toMatchObject({ level, text });
    expect(minute?.usedFraction).toBeLessThanOrEqual(1);
  });

  it('has no line where the queue leaves nothing free', () => {
    const [minute] = only({ reserve: { minute: 0, hour: 0 } }).gauges;

    expect(minute?.reserveFraction).toBeNull();
  });

  it.each([
    { why: 'forbidden', breaker: 'forbidden', text: 'Defender refuses the right for it' },
    { why: 'cooling', breaker: null, text: 'Defender asked for a pause' },
    { why: 'rowLost', breaker: null, text: 'its calendar was lost' },
  ] as const)('says why it is closed ($why) and until when', ({ why, breaker, text }) => {
    const { state } = only({ breaker, coolDown: { until: at(60_000), why } });

    expect(state.kind).toBe('closed');
    expect(state.text).toContain(text);
    expect(state.text).toContain('next try in 60 s (12:01:00)');
  });

  it('leaves out what could not be read', () => {
    const cards = endpointCards(status({ file: null, machine: endpoint() }), now);

    expect(cards.map(({ name }) => name)).toEqual(['machine']);
  });

  it('shows one quota for all once, in the cards and in the calls of the hour', () => {
    const shared = status({ file: endpoint(), machine: endpoint() }, 'application');

    expect(endpointCards(shared, now).map(({ name }) => name)).toEqual(['all APIs, one quota']);
    expect(callsInTheLastHour(shared)).toEqual([1, 2, 3]);
    expect(callsInTheLastHour({ ...shared, quotaScope: 'endpoint' })).toEqual([2, 4, 6]);
  });
});
