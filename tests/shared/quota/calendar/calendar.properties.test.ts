import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { memoryMs, type CalendarConfig } from '../../../../shared/quota/calendar/CalendarConfig';
import { commit } from '../../../../shared/quota/calendar/commit';
import { openBreaker } from '../../../../shared/quota/calendar/openBreaker';
import { Plan } from '../../../../shared/quota/calendar/Plan';
import { ceilToGrid, type Window } from '../../../../shared/quota/calendar/slots';
import { decodeCalendar, encodeCalendar } from '../../../../shared/quota/calendarCodec';
import {
  ascending,
  firstExcess,
  plannedSlots,
  propertyRuns,
  run,
  slotsByTicket,
  smallConfig,
  steps,
  type OtherKind,
  type Written,
} from './history';

/** Holds after every write of any history of these kinds of writes. `broken` tells what is wrong, if anything is. */
function always(
  kinds: readonly OtherKind[],
  broken: (written: Written, all: readonly Written[]) => string | null,
): void {
  const property = fc.property(smallConfig, steps(...kinds), (config, history) => {
    const all: Written[] = [];
    for (const written of run(config, history)) {
      all.push(written);
      const finding = broken(written, all);
      if (finding !== null) throw new Error(`${finding}, write ${all.length}`);
    }
  });
  fc.assert(property, { numRuns: propertyRuns });
}

describe('A calendar', () => {
  it('never holds more slots in any window than its limits allow', () => {
    always(['commit', 'throttle', 'fail', 'recover', 'probe', 'cancel'], ({ after }) => {
      const { perMinute, perHour, guardMs } = after.config;
      const slots = ascending([...after.log, ...plannedSlots(after)]);
      const excess =
        firstExcess(slots, perMinute, 60_000 + guardMs) ??
        firstExcess(slots, perHour, 3_600_000 + guardMs);
      return excess === null ? null : `One too many at ${excess}`;
    });
  });

  it('never forgets a slot that a window still reaches', () => {
    always(['commit', 'throttle', 'fail', 'recover', 'probe', 'cancel'], ({ after }, all) => {
      const kept = new Set(after.log);
      const since = after.asOf - memoryMs(after.config);
      const before = all.at(-1)?.before.log ?? [];
      const lost = before.find((at) => at > since && !kept.has(at));
      return lost === undefined ? null : `Forgot ${lost}`;
    });
  });

  it('never promises a slot and then moves it earlier', () => {
    always(['commit', 'throttle', 'fail', 'recover', 'probe', 'configure'], ({ before, after }) => {
      const moved = slotsByTicket(after);
      for (const [ticket, promised] of slotsByTicket(before))
        if ((moved.get(ticket) ?? Infinity) < promised) return `${ticket} moved earlier`;
      return null;
    });
  });

  it('leaves slots nearer than the freeze where they are, or makes their tickets unknown', () => {
    always(
      ['commit', 'throttle', 'fail', 'recover', 'probe', 'configure', 'cancel'],
      ({ step, before, after, now }) => {
        if (openBreaker(before) || after === before) return null;
        const isHalted = step.action.kind === 'throttle' || openBreaker(after) !== null;
        const horizon = Math.max(now, before.asOf) + (isHalted ? 0 : before.config.freezeMs);
        const moved = slotsByTicket(after);
        for (const [ticket, slotAt] of slotsByTicket(before)) {
          // Tickets of the past are forgotten in the end.
          if (slotAt > horizon || slotAt < now - 100_000) continue;
          const isVoid = after.voidedAt > before.voidedAt && !moved.has(ticket);
          if (moved.get(ticket) !== slotAt && !isVoid) return `${ticket} moved from ${slotAt}`;
        }
        return null;
      },
    );
  });

  it('is the same after it was stored', () => {
    const kinds = ['commit', 'throttle', 'fail', 'probe', 'configure', 'cancel'] as const;
    const property = fc.property(smallConfig, steps(...kinds), (config, history) => {
      const after = [...run(config, history)].at(-1)?.after;
      return !after || isDeepStrictEqual(decodeCalendar(encodeCalendar(after)), after);
    });
    fc.assert(property, { numRuns: propertyRuns });
  });

  it('plans the same whether it is committed or not', () => {
    always(['commit', 'throttle', 'fail', 'probe', 'configure', 'cancel'], ({ after }) => {
      if (openBreaker(after)) return null;
      const later = after.asOf + 30_000;
      const committed = slotsByTicket(commit(after, later));
      for (const [ticket, slotAt] of slotsByTicket(after))
        if (slotAt > later && committed.get(ticket) !== slotAt) return `${ticket} moved`;
      return null;
    });
  });

  it('serves every flow in the order of its tickets', () => {
    always(
      ['commit', 'throttle', 'fail', 'recover', 'probe', 'configure', 'cancel'],
      ({ after }) => {
        let last = { flow: '', slotAt: 0 };
        for (const [ticket, slotAt] of slotsByTicket(after)) {
          const flow = ticket.slice(0, ticket.indexOf(' '));
          if (flow === last.flow && slotAt < last.slotAt)
            return `${ticket} overtook the one before`;
          last = { flow, slotAt };
        }
        return null;
      },
    );
  });

  it('never issues an ordinal twice', () => {
    always(['commit', 'throttle', 'fail', 'probe', 'cancel', 'recover'], ({ answers }, all) => {
      const known = new Set(all.slice(0, -1).flatMap((written) => grantedTickets(written)));
      const again = grantedTickets({ answers }).find((ticket) => {
        if (known.has(ticket)) return true;
        known.add(ticket);
        return false;
      });
      return again === undefined ? null : `${again} was issued twice`;
    });
  });

  it('promises in its answers what it then plans', () => {
    always(['commit', 'throttle', 'fail', 'configure'], ({ after, answers }) => {
      const plan = new Plan(after);
      for (const answer of answers) {
        if (answer.outcome !== 'granted') continue;
        const { ticket, slotAt } = answer;
        const flow = ticket.lane === 'interactive' ? ticket.lane : ticket.flow;
        if (plan.slotOf(flow, ticket.ordinal) !== slotAt) return `Promised ${slotAt} falsely`;
      }
      return null;
    });
  });

  it('leaves no time unused that the first waiting ticket could have had', () => {
    always(['commit', 'throttle', 'cancel'], ({ after }) => {
      const [head] = new Plan(after).dueBy(Infinity);
      if (!head) return null;
      const from = ceilToGrid(Math.max(after.asOf, after.coolUntil));
      const isFreeForAll = windowsOf(after.config, head.flow === 'interactive');
      const own = head.flow === 'interactive' ? ownWindowsOf(after.config) : [];
      const isFree = (at: number): boolean =>
        isFreeForAll.every((window) => fits(after.log, at, window)) &&
        own.every((window) => fits(after.interactiveLog, at, window));

      // If any time is free, then so is the first, or one that lies exactly a span after some slot.
      const better = [...isFreeForAll, ...own]
        .flatMap(({ spanMs }) => after.log.map((at) => at + spanMs))
        .concat(from)
        .find((at) => at >= from && at < head.slotAt && isFree(at));
      return better === undefined ? null : `${head.slotAt} could have been ${better}`;
    });
  });

  it('starts an interactive call at once while the reserve lasts', () => {
    always(['commit'], ({ after }, all) => {
      const { config, flows, asOf } = after;
      if (config.perMinute <= config.reservePerMinute) return null;
      if (config.perHour <= config.reservePerHour) return null;
      const waiting = flows.interactive.issued - flows.interactive.committed;
      // The calendar's own list is for the lane's cap and ends an hour back; the windows reach further by the guard.
      const calls = everInteractive(all);
      const taken = (spanMs: number): number =>
        calls.filter((at) => at > asOf - spanMs - config.guardMs).length + waiting;
      const minute = Math.min(config.reservePerMinute, config.interactivePerMinute);
      const hour = Math.min(config.reservePerHour, config.interactivePerHour);
      if (taken(60_000) >= minute || taken(3_600_000) >= hour) return null;

      const slotAt = new Plan(after).nextSlot('interactive');
      return slotAt === ceilToGrid(asOf) ? null : `${slotAt - asOf} ms late`;
    });
  });
});

/** Every interactive slot that was committed, those of one instant as often as there were. */
function everInteractive(all: readonly Written[]): readonly number[] {
  return all.flatMap(({ before, after }) => {
    const known = [...before.interactiveLog];
    return after.interactiveLog.filter((at) => {
      const index = known.indexOf(at);
      if (index >= 0) known.splice(index, 1);
      return index < 0;
    });
  });
}

const grantedTickets = ({ answers }: Pick<Written, 'answers'>): readonly string[] =>
  answers.flatMap((answer) =>
    answer.outcome === 'granted' ? [JSON.stringify(answer.ticket)] : [],
  );

/** Written anew from the rules, apart from the code under test. */
function windowsOf(config: CalendarConfig, isInteractive: boolean): readonly Window[] {
  const left = (limit: number, reserve: number): number =>
    isInteractive ? limit : Math.max(1, limit - reserve);
  const both = [
    { spanMs: 60_000 + config.guardMs, limit: left(config.perMinute, config.reservePerMinute) },
    { spanMs: 3_600_000 + config.guardMs, limit: left(config.perHour, config.reservePerHour) },
  ];
  if (isInteractive) return both;
  return [
    ...both,
    { spanMs: config.gapMs, limit: 1 },
    { spanMs: 600_000, limit: config.bulkPerTenMinutes || Infinity },
  ];
}

const ownWindowsOf = (config: CalendarConfig): readonly Window[] => [
  { spanMs: 60_000, limit: config.interactivePerMinute },
  { spanMs: 3_600_000, limit: config.interactivePerHour },
];

/** Tried out: with `at` among them, no `limit + 1` neighbours with `at` in between span less. */
function fits(slots: readonly number[], at: number, { limit, spanMs }: Window): boolean {
  const tried = ascending([...slots, at]);
  return tried.every((first, index) => {
    const last = tried[index + limit];
    return last === undefined || first > at || last < at || last - first >= spanMs;
  });
}
