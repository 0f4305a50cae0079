import { HOUR_MS, MINUTE_MS } from '../../clock/durations';
import type { TicketAnswer, TicketRequest } from '../Quota';
import type { CalendarState } from './CalendarState';

/** Part of the interactive lane that agents leave alone: as much as they may have at most. */
const KEPT_PART = 1 / 3;
const SOON_MS = 1_000;

interface Room {
  readonly left: number;
  /** When there is room (Unix ms). */
  readonly at: number;
}

/**
 * Refuses agents the interactive lane's last permits, be they its own or those that the queue leaves it.
 * @param state committed up to `now`. @returns in the order of the requests; null: not refused.
 */
export function refuseAgents(
  state: CalendarState,
  requests: readonly TicketRequest[],
  now: number,
): readonly (TicketAnswer | null)[] {
  if (!requests.some(isForAgent)) return requests.map(() => null);
  const room = roomForAgents(state, now);
  let { left } = room;
  return requests.map((request) => {
    if (!isForAgent(request)) return null;
    left -= 1;
    return left >= 0 ? null : { outcome: 'noSlot', slotAt: Math.max(room.at, now + SOON_MS) };
  });
}

const isForAgent = (request: TicketRequest): boolean =>
  request.lane === 'interactive' && request.isForAgent === true;

function roomForAgents({ config, log, interactiveLog }: CalendarState, now: number): Room {
  const { guardMs } = config;
  const lane = (limit: number, spanMs: number): Room =>
    roomIn(interactiveLog, now - spanMs, limit - Math.max(1, Math.floor(limit * KEPT_PART)));
  const all = (limit: number, reserve: number, spanMs: number): Room =>
    roomIn(log, now - spanMs - guardMs, limit - Math.max(1, reserve));
  const rooms = [
    lane(config.interactivePerMinute, MINUTE_MS),
    lane(config.interactivePerHour, HOUR_MS),
    all(config.perMinute, config.reservePerMinute, MINUTE_MS),
    all(config.perHour, config.reservePerHour, HOUR_MS),
  ];
  return {
    left: Math.min(...rooms.map(({ left }) => left)),
    at: Math.max(...rooms.map(({ at }) => at)),
  };

  /** `most` of the slots after `since` may be used. */
  function roomIn(slots: readonly number[], since: number, most: number): Room {
    const used = slots.filter((slotAt) => slotAt > since);
    const left = Math.max(0, most - used.length);
    // The slot after whose end there is room for one more.
    const last = most > 0 ? (used[used.length - most] ?? since) : now;
    return { left, at: left > 0 ? now : last + (now - since) };
  }
}
