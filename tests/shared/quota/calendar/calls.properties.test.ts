import fc from 'fast-check';
import { CLOCK_ERROR_MS } from '../../../../shared/clock/StoreClock';
import type { CalendarConfig } from '../../../../shared/quota/calendar/CalendarConfig';
import type { CalendarState } from '../../../../shared/quota/calendar/CalendarState';
import { openBreaker } from '../../../../shared/quota/calendar/openBreaker';
import { SeededRandom } from '../../../../local/SeededRandom';
import {
  ascending,
  firstExcess,
  propertyRuns,
  run,
  slotsByTicket,
  smallConfig,
  steps,
  type OtherKind,
  type Step,
} from './history';
import { START } from './fixtures';

const CALL_JITTER_MS = 2_000;

interface Image {
  readonly state: CalendarState;
  /** Real time from which the store had it, and at which the next write replaced it. */
  readonly from: number;
  readonly until: number;
}

interface Caller {
  readonly config: CalendarConfig;
  /** How old the image that decides about a call may be. */
  readonly ttlMs: number;
}

/**
 * The calls that careless but law-abiding holders make: each comes with a clock that is off by up to ε, decides by any
 * image that is not older than the ttl, at any time of the use window, and its call reaches Defender up to J later.
 */
function callsOf({ config, ttlMs }: Caller, history: readonly Step[], seed: number): number[] {
  const random = new SeededRandom(seed);
  const images = imagesOf(config, history);
  const called = new Set<string>();
  const calls: number[] = [];
  for (const image of images) {
    if (openBreaker(image.state)) continue;
    for (const [ticket, slotAt] of slotsByTicket(image.state)) {
      const lateMs = random.next() < 0.5 ? 0 : random.next() * image.state.config.useWindowMs;
      const skewMs = (2 * random.next() - 1) * CLOCK_ERROR_MS;
      const decidedAt = slotAt + lateMs - skewMs;
      const isUsable = decidedAt >= image.from && decidedAt < image.until + ttlMs;
      if (!isUsable || called.has(ticket) || random.next() < 0.1) continue;
      called.add(ticket);
      calls.push(decidedAt + random.next() * CALL_JITTER_MS);
    }
  }
  return ascending(calls);
}

function imagesOf(config: CalendarConfig, history: readonly Step[]): readonly Image[] {
  const states = [...run(config, history)].map(({ after, writtenAt }) => ({
    state: after,
    from: writtenAt,
  }));
  return states.map((image, index) => ({
    ...image,
    until: states[index + 1]?.from ?? Infinity,
  }));
}

describe('Holders that obey a calendar', () => {
  it.each<{ title: string; kinds: readonly OtherKind[] }>([
    { title: 'in ordinary times', kinds: ['commit'] },
    { title: 'among cool-downs', kinds: ['throttle', 'commit', 'cancel'] },
    { title: 'among failures', kinds: ['fail', 'recover', 'probe'] },
  ])('never make one call too many, $title', ({ kinds }) => {
    const property = fc.property(
      smallConfig,
      steps(...kinds),
      fc.nat(),
      (config, history, seed) => {
        const calls = callsOf({ config, ttlMs: config.readTtlMs }, history, seed);

        const excess =
          firstExcess(calls, config.perMinute, 60_000) ??
          firstExcess(calls, config.perHour, 3_600_000);
        if (excess !== null) throw new Error(`One call too many at +${excess - START} ms`);
      },
    );
    fc.assert(property, { numRuns: propertyRuns });
  });

  it.each<{ rule: string; change: (config: CalendarConfig) => Partial<Caller> }>([
    { rule: 'the guard', change: (config) => ({ config: { ...config, guardMs: 0 } }) },
    { rule: 'the freeze', change: (config) => ({ config: { ...config, freezeMs: 0 } }) },
    { rule: 'reading again before the call', change: () => ({ ttlMs: Infinity }) },
  ])('would without $rule', ({ change }) => {
    const property = fc.property(
      smallConfig,
      steps('commit', 'throttle'),
      fc.nat(),
      (config, history, seed) => {
        const caller = { config, ttlMs: config.readTtlMs, ...change(config) };
        const calls = callsOf(caller, history, seed);
        return (
          firstExcess(calls, config.perMinute, 60_000) === null &&
          firstExcess(calls, config.perHour, 3_600_000) === null
        );
      },
    );

    expect(fc.check(property, { numRuns: propertyRuns, seed: 1, endOnFailure: true }).failed).toBe(
      true,
    );
  });
});
