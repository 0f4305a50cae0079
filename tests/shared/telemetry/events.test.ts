import * as events from '../../../shared/telemetry/events';
import type { Logger } from '../../../shared/telemetry/Logger';
import { RecordingLogger } from './RecordingLogger';

type AnyEvent = (logger: Logger, fields: Record<string, string>) => void;

describe('events', () => {
  it('have each one dotted name of their own, and hand on their fields', () => {
    const logger = new RecordingLogger();
    const raise = Object.values(events) as unknown as AnyEvent[]; // whatever fields they name

    raise.forEach((event, index) => {
      event(logger, { index: String(index) });
    });

    const names = logger.lines.map(({ event }) => event);
    expect(new Set(names).size).toBe(raise.length);
    expect(names.filter((name) => !/^[a-z][A-Za-z]*(\.[a-z][A-Za-z]*)+$/.test(name))).toEqual([]);
    expect(logger.lines.map(({ fields }) => fields['index'])).toEqual(
      raise.map((_, i) => String(i)),
    );
  });

  it('ask for someone only where someone must act', () => {
    const logger = new RecordingLogger();

    events.defenderDenied(logger, { endpoint: 'findByIp', status: 403, roles: 'Machine.Read.All' });
    events.defenderThrottled(logger, { endpoint: 'findByIp', retryAfterMs: 1_000 });
    events.lookupWaiting(logger, {
      lookupId: 'l_1',
      endpoint: 'findByIp',
      hop: 0,
      failures: 0,
      waitMs: 1_000,
    });

    expect(logger.lines.map(({ level }) => level)).toEqual(['error', 'warning', 'info']);
  });
});
