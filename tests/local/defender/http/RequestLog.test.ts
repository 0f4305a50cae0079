import { RequestLog } from '../../../../local/defender/http/RequestLog';
import { VirtualClock } from '../../../../local/simulation/VirtualClock';

const REQUEST = {
  method: 'GET',
  path: '/api/machines',
  rawUrl: '/api/machines',
  query: {},
  endpoint: 'machines',
  hasAuthorization: true,
} as const;

describe('RequestLog', () => {
  it('counts answers by status, and those without one', () => {
    const log = new RequestLog(new VirtualClock());
    for (const status of [200, 200, 429]) log.arrived(REQUEST).answered(status);
    log.arrived({ ...REQUEST, endpoint: 'file' });

    const counters = log.counters();

    expect(counters['machines']?.byStatus).toEqual({ 200: 2, 429: 1 });
    expect(counters['file']?.byStatus).toEqual({ unanswered: 1 });
  });

  it('finds the most requests in any minute and any hour, whatever the alignment', () => {
    const clock = new VirtualClock();
    const log = new RequestLog(clock);
    const arrive = (count: number, thenMs: number): void => {
      for (let index = 0; index < count; index++) log.arrived(REQUEST);
      clock.jump(thenMs);
    };

    arrive(2, 59_999);
    arrive(3, 1);
    arrive(4, 60_000);
    arrive(1, 3_600_000 - 119_999);
    arrive(5, 0);

    expect(log.counters()['machines']).toMatchObject({ maxPerMinute: 7, maxPerHour: 13 });
  });

  it('hands out copies', () => {
    const log = new RequestLog(new VirtualClock());
    const entry = log.arrived(REQUEST);
    const before = log.list();

    entry.answered(200);

    expect(before[0]?.status).toBeNull();
    expect(log.list()[0]?.status).toBe(200);
  });

  it('keeps the last requests only', () => {
    const clock = new VirtualClock();
    const log = new RequestLog(clock);
    for (let index = 0; index < 100_001; index++) {
      log.arrived(REQUEST);
      clock.jump(1);
    }

    const kept = log.list();

    expect(kept.length).toBeLessThanOrEqual(100_000);
    expect(kept.at(-1)?.at).toBe(clock.now() - 1);
  });
});
