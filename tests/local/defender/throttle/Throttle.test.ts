import { z } from 'zod';
import {
  DEFAULT_THROTTLE,
  Throttle,
  type ThrottleSettings,
} from '../../../../local/defender/throttle/Throttle';
import { VirtualClock } from '../../../../local/simulation/VirtualClock';

const CALLER = { tenantId: 't', appId: 'a', endpoint: 'machines' };
const ErrorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

function createThrottle(settings: Partial<ThrottleSettings> = {}): {
  clock: VirtualClock;
  throttle: Throttle;
  /** Calls `count` times at once; how many were admitted. */
  readonly burst: (count: number, caller?: typeof CALLER) => number;
} {
  const clock = new VirtualClock();
  const throttle = new Throttle(clock, { ...DEFAULT_THROTTLE, ...settings });
  const burst = (count: number, caller = CALLER): number =>
    Array.from({ length: count }, () => throttle.reject(caller)).filter((no) => no === undefined)
      .length;
  return { clock, throttle, burst };
}

describe('Throttle', () => {
  it.each([
    { enforcer: 'fixed', afterHalf: 0, afterWhole: 100 },
    { enforcer: 'sliding', afterHalf: 0, afterWhole: 100 },
    { enforcer: 'tokenBucket', afterHalf: 50, afterWhole: 50 },
  ] as const)(
    '$enforcer admits 100 at once, $afterHalf half a minute later, $afterWhole another half later',
    ({ enforcer, afterHalf, afterWhole }) => {
      const { clock, burst } = createThrottle({ enforcer });

      const atOnce = burst(120);
      clock.jump(30_000);
      const half = burst(120);
      clock.jump(30_000);
      const whole = burst(120);

      expect({ atOnce, half, whole }).toEqual({
        atOnce: 100,
        half: afterHalf,
        whole: afterWhole,
      });
    },
  );

  it('fixed lets two bursts meet at the edge of its windows, sliding does not', () => {
    const admitted = (['fixed', 'sliding'] as const).map((enforcer) => {
      const { clock, burst } = createThrottle({ enforcer });
      burst(1);
      clock.jump(59_999);
      const before = burst(99);
      clock.jump(1);
      return { enforcer, atTheEdge: before + burst(100) };
    });

    expect(admitted).toEqual([
      { enforcer: 'fixed', atTheEdge: 199 },
      { enforcer: 'sliding', atTheEdge: 100 },
    ]);
  });

  it.each([
    { enforcer: 'fixed', waitMs: 60_000 },
    { enforcer: 'sliding', waitMs: 60_000 },
    { enforcer: 'tokenBucket', waitMs: 600 },
  ] as const)('$enforcer admits the 101st call after $waitMs ms, not 1 ms earlier', (known) => {
    const { clock, burst } = createThrottle({ enforcer: known.enforcer });
    burst(100);

    clock.jump(known.waitMs - 1);
    const early = burst(1);
    clock.jump(1);
    const inTime = burst(1);

    expect({ early, inTime }).toEqual({ early: 0, inTime: 1 });
  });

  it.each(['fixed', 'sliding'] as const)(
    '%s admits 1,500 in an hour at most, and again after it',
    (enforcer) => {
      const { clock, burst } = createThrottle({ enforcer });
      const perMinute: number[] = [];
      for (let minute = 0; minute < 60; minute++) {
        perMinute.push(burst(100));
        clock.jump(60_000);
      }

      const next = burst(100);

      expect(perMinute.slice(0, 16)).toEqual([...Array.from({ length: 15 }, () => 100), 0]);
      expect(perMinute.reduce((sum, count) => sum + count)).toBe(1_500);
      expect(next).toBe(100);
    },
  );

  it.each([
    { window: 'minute', limits: {}, text: '100 per 00:01:00', retryAfter: '60' },
    { window: 'hour', limits: { perHour: 50 }, text: '50 per 01:00:00', retryAfter: '3600' },
  ])('answers 429 with the $window that is full', ({ limits, text, retryAfter }) => {
    const { burst, throttle } = createThrottle(limits);
    burst(100);

    const answer = throttle.reject(CALLER);

    expect(answer).toMatchObject({ status: 429, headers: { 'Retry-After': retryAfter } });
    expect(ErrorBody.parse(JSON.parse(answer?.body ?? '')).error).toEqual({
      code: '429',
      message: `API calls quota exceeded! maximum allowed ${text}`,
    });
  });

  it('rounds Retry-After up to whole seconds', () => {
    const { clock, burst, throttle } = createThrottle();
    burst(100);
    clock.jump(59_001);

    expect(throttle.reject(CALLER)?.headers['Retry-After']).toBe('1');
  });

  it('can leave Retry-After out and use the documented code', () => {
    const { burst, throttle } = createThrottle({ retryAfter: 'omit', code: 'TooManyRequests' });
    burst(100);

    const answer = throttle.reject(CALLER);

    expect(answer?.headers).not.toHaveProperty('Retry-After');
    expect(answer?.body).toContain('"code":"TooManyRequests"');
  });

  it.each([
    { countRejected: false, admitted: 100 },
    { countRejected: true, admitted: 0 },
  ])(
    'sliding with countRejected $countRejected admits $admitted to a caller who never stopped asking',
    ({ countRejected, admitted }) => {
      const { clock, burst } = createThrottle({ enforcer: 'sliding', countRejected });
      burst(100);
      clock.jump(30_000);
      burst(100);
      clock.jump(30_000);

      expect(burst(100)).toBe(admitted);
    },
  );

  it('counts per tenant, application and endpoint', () => {
    const { burst } = createThrottle();
    burst(100);

    const others = [{ tenantId: 'u' }, { appId: 'b' }, { endpoint: 'file' }].map((other) =>
      burst(101, { ...CALLER, ...other }),
    );

    expect(others).toEqual([100, 100, 100]);
  });

  it('can count all endpoints of a caller together', () => {
    const { burst } = createThrottle({ sharedBucket: true });
    burst(60);

    const shared = burst(100, { ...CALLER, endpoint: 'file' });
    const other = burst(100, { ...CALLER, appId: 'b' });

    expect({ shared, other }).toEqual({ shared: 40, other: 100 });
  });
});
