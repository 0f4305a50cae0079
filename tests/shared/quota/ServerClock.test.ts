import { ServerClock } from '../../../shared/quota/ServerClock';

const LOCAL = Date.UTC(2026, 10, 21, 8);

/** A server whose clock is `offsetMs` ahead, reached in 20 ms there and 20 ms back. */
function exchangeAt(sentAt: number, offsetMs: number) {
  const served = sentAt + 20 + offsetMs;
  return { sentAt, receivedAt: sentAt + 40, serverDate: Math.floor(served / 1_000) * 1_000 };
}

describe('ServerClock', () => {
  const at = { now: LOCAL };
  const clock = { now: () => at.now, sleep: () => Promise.resolve() };
  beforeEach(() => {
    at.now = LOCAL;
  });

  /** A clock that has seen two answers. */
  function sampled(offsetMs: number): ServerClock {
    const server = new ServerClock(clock);
    for (let sample = 0; sample < 2; sample += 1) {
      at.now += server.tellingInMs();
      server.observe(exchangeAt(at.now, offsetMs));
    }
    return server;
  }

  it('is not precise before the first answer', () => {
    expect(new ServerClock(clock).isPrecise).toBe(false);
  });

  it.each([-90_000, -1_999, -300, 0, 1, 512, 2_000, 86_400_000])(
    'knows an offset of %d ms precisely after two answers, asked for when they tell most',
    (offsetMs) => {
      const server = sampled(offsetMs);

      expect(server.isPrecise).toBe(true);
      expect(Math.abs(server.now() - (at.now + offsetMs))).toBeLessThanOrEqual(server.errorMs());
    },
  );

  it('starts anew when a clock was set', () => {
    const server = sampled(0);

    server.observe(exchangeAt(at.now, 60_000));

    expect(Math.abs(server.now() - (at.now + 60_000))).toBeLessThanOrEqual(server.errorMs());
  });

  it('grows less precise with time', () => {
    const server = sampled(0);

    at.now += 3_600_000;

    expect(server.isPrecise).toBe(false);
  });

  it('ignores an answer without a date', () => {
    const server = new ServerClock(clock);

    server.observe({ sentAt: LOCAL, receivedAt: LOCAL + 40, serverDate: null });

    expect(server.errorMs()).toBe(Infinity);
  });
});
