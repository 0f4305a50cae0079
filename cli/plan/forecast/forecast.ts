import { ticketIn } from '../../../shared/batches/batchId';
import type { ListId } from '../../../shared/batches/batchQuery';
import { ANSWERED_MS, MACHINES_MS, USE_WINDOW_MS } from '../../../shared/batches/batchTimes';
import { WAIT_MS } from '../../../shared/calls/waiting';
import type { EndpointId } from '../../../shared/defender/endpointIds';
import type { CalendarState } from '../../../shared/quota/calendar/CalendarState';
import { limitsOf, type BatchLimits } from '../../../shared/quota/calendar/lessons';
import type { BulkFlow, TicketAnswer, TicketRequest } from '../../../shared/quota/Quota';
import type { PlannedCall, PlannedLookup } from '../load/PlannedLookup';
import { ForecastCalendar } from './ForecastCalendar';
import { finishOf } from './finish';
import type { EndpointForecast, Forecast, ForecastEnd, ForecastOptions } from './ForecastResult';
import { newGroup, type Ask, type Group } from './Group';
import { OpenBatches } from './OpenBatches';
import { SharedCalls } from './SharedCalls';
import { TickQueue } from './TickQueue';

/** After its slot: Defender takes 0.1 to 0.5 s, and the record a little. */
const ANSWER_MS = 400;
/** A message is there so long after its time. */
const LAG_MS = 200;

/** When each lookup would end, if nothing else is asked and Defender answers every call. */
export function forecast(lookups: readonly PlannedLookup[], options: ForecastOptions): Forecast {
  return new Forecasting(lookups, options).run();
}

class Forecasting {
  private readonly calendars = new Map<CalendarState, ForecastCalendar<Group>>();
  private readonly asks = new TickQueue<Ask>();
  private readonly ends: ForecastEnd[];
  /** Whether some wait for their alerts' machines, for which they may look late. */
  private isAnyLed = false;
  private readonly endpoints = new Map<EndpointId, EndpointForecast>();
  private readonly shared = new SharedCalls();
  private readonly batches = new OpenBatches((ask) => this.callOf(ask).query);

  constructor(
    private readonly lookups: readonly PlannedLookup[],
    private readonly options: ForecastOptions,
  ) {
    const never: ForecastEnd = { outcome: 'expired', at: options.now };
    this.ends = lookups.map(() => never);
  }

  run(): Forecast {
    this.begin();
    for (;;) {
      const askAt = this.asks.nextAt;
      const calendar = this.earliest();
      if (askAt === Infinity && calendar === null) break;
      if (calendar === null || askAt <= calendar.nextSlotAt) this.admit(this.asks.take(), askAt);
      else this.pass(calendar);
    }
    const { ends, endpoints } = this;
    const machines = this.isAnyLed ? this.calendarOf('machines') : null;
    const mayLookAt = (machines?.lastSlotAt ?? 0) + MACHINES_MS;
    const { now } = this.options;
    const finish = finishOf(ends, [...this.calendars.values()], { now, mayLookAt });
    return { ends, endpoints, finish };
  }

  /** Those that hold a place first, or wait in a batch: the others may wait for the same calls. */
  private begin(): void {
    const batches = new Map<string, Group>();
    const others: Ask[] = [];
    this.lookups.forEach((lookup, index) => {
      const isIn = this.adopt(index, lookup, batches);
      if (!isIn) others.push({ index, call: 0, isAfter: false });
    });
    for (const ask of others)
      this.asks.add(Math.max(this.lookupOf(ask).asksAt, this.options.now), ask);
  }

  /** False: it holds no place. */
  private adopt(
    index: number,
    { ticket, batch, calls: [first] }: PlannedLookup,
    batches: Map<string, Group>,
  ): boolean {
    const place = ticket ?? (batch === null ? null : ticketIn(batch));
    if (!place || !first) return false;
    const known = batch === null ? undefined : batches.get(batch);
    const group = known ?? newGroup(place.endpoint, batch !== null);
    if (!known && !this.calendarOf(place.endpoint).adopt(place, group, this.options.now))
      return false;
    // Its alert is known, and it waits for the machine.
    const isAfter = first.list === 'alerts' && place.endpoint === 'machines';
    this.enter(group, { index, call: 0, isAfter: isAfter && first.afterBatch !== null }, first);
    if (batch !== null) batches.set(batch, group);
    return true;
  }

  private enter(group: Group, ask: Ask, call: PlannedCall): void {
    group.members.push(ask);
    group.queries.push(call.query);
    if (call.shared !== null) this.shared.begin(call.shared);
  }

  private calendarOf(endpoint: EndpointId): ForecastCalendar<Group> {
    const state = this.options.calendarOf(endpoint);
    const known = this.calendars.get(state);
    if (known) return known;
    const made = new ForecastCalendar<Group>(state);
    this.calendars.set(state, made);
    return made;
  }

  private earliest(): ForecastCalendar<Group> | null {
    let earliest: ForecastCalendar<Group> | null = null;
    for (const calendar of this.calendars.values())
      if (calendar.nextSlotAt < (earliest?.nextSlotAt ?? Infinity)) earliest = calendar;
    return earliest;
  }

  /** All that asks at the same time. */
  private admit(asks: readonly Ask[], now: number): void {
    const alone: Ask[] = [];
    const listed = new Map<string, Ask[]>();
    for (const ask of asks) {
      const current = this.unanswered(ask, now);
      if (!current) continue;
      const { list } = this.callOf(current);
      const isListed = list !== null && this.limitsOf(list, now).questions > 1;
      if (isListed) addTo(listed, `${list}|${this.flowOf(current)}`, current);
      else alone.push(current);
    }
    for (const together of listed.values())
      alone.push(...(this.isAskedAlone(together, now) ? together : this.join(together, now)));
    this.takeAlone(alone, now);
  }

  /** The lookup at its next call that must be made; null: it waits for another's, or has ended. */
  private unanswered(ask: Ask, now: number): Ask | null {
    const { calls } = this.lookupOf(ask);
    for (let current = ask; ; current = { ...ask, call: current.call + 1, isAfter: false }) {
      if (current.call >= calls.length) {
        this.ends[ask.index] = { outcome: 'answered', at: now };
        return null;
      }
      const call = this.callOf(current);
      if (call.shared === null) return current;
      const place = this.shared.enter(call.shared, current);
      if (place !== 'done') return place === 'first' ? current : null;
    }
  }

  /** A question by itself whose own call may come soon is not made to wait for others. */
  private isAskedAlone([first, second]: readonly Ask[], now: number): boolean {
    if (!first || second) return false;
    const { endpoint } = this.callOf(first).query;
    return this.calendarOf(endpoint).tailOf(this.flowOf(first)) - now <= WAIT_MS.hold;
  }

  /** @returns who gets no place in a batch. */
  private join(together: readonly Ask[], now: number): readonly Ask[] {
    const [first] = together;
    const list = first && this.callOf(first).list;
    if (!first || !list) return together;
    const limits = this.limitsOf(list, now);
    const opened = this.batches.join({ list, flow: this.flowOf(first) }, together, limits);
    const answers = this.take(this.calendarOf(list), opened, now);
    return opened.flatMap((group, index) => {
      if (answers[index]?.outcome === 'granted') return [];
      this.batches.close(group);
      return group.members;
    });
  }

  private takeAlone(asks: readonly Ask[], now: number): void {
    const wanted = new Map<ForecastCalendar<Group>, Group[]>();
    for (const ask of asks) {
      const { endpoint } = this.callOf(ask).query;
      const group = newGroup(endpoint, false);
      group.members.push(ask);
      addTo(wanted, this.calendarOf(endpoint), group);
    }
    for (const [calendar, groups] of wanted)
      this.take(calendar, groups, now).forEach((answer, index) => {
        for (const ask of groups[index]?.members ?? []) this.settle(ask, answer, now);
      });
  }

  /** A ticket for each group, asked for by its first member. */
  private take(
    calendar: ForecastCalendar<Group>,
    groups: readonly Group[],
    now: number,
  ): readonly TicketAnswer[] {
    if (groups.length === 0) return [];
    const wanted = groups.map((holder) => ({ request: this.requestOf(holder), holder }));
    return calendar.take(wanted, { now, deniedAfterMs: this.options.deniedAfterMs });
  }

  /** Without a ticket: who waited for its call asks for itself. */
  private settle(ask: Ask, answer: TicketAnswer, now: number): void {
    if (answer.outcome === 'granted') return;
    const waiters = this.sharedBy(ask).flatMap((call) => this.shared.drop(call));
    const isShut = answer.outcome === 'shut';
    if (isShut) this.asks.add(answer.resumeAt, ask);
    else {
      const outcome = answer.outcome === 'denied' ? 'denied' : 'expired';
      this.ends[ask.index] = { outcome, at: now };
    }
    for (const waiter of waiters) this.asks.add(isShut ? answer.resumeAt : now, waiter);
  }

  /** The call of the next slot is made. */
  private pass(calendar: ForecastCalendar<Group>): void {
    const passed = calendar.pass();
    if (!passed) return;
    const { slotAt, holder: group } = passed;
    const { endpoint, members, isBatch } = group;
    const { calls } = this.endpoints.get(endpoint) ?? { calls: 0 };
    this.endpoints.set(endpoint, { calls: calls + 1, lastCallAt: slotAt });
    this.batches.close(group);
    const at = slotAt + (isBatch ? answeredMs(endpoint) + LAG_MS : ANSWER_MS);
    for (const ask of members) {
      const isAnswered = !isBatch || ask.isAfter || this.callOf(ask).afterBatch === null;
      if (isAnswered) this.answered(ask, at, slotAt);
      else {
        const isLed = this.callOf(ask).afterBatch?.list === 'machines';
        this.isAnyLed ||= isLed;
        // The caller of the batch asks on for all; what no list can answer, each asks when it is back.
        this.asks.add(isLed ? slotAt + ANSWER_MS : at, { ...ask, isAfter: true });
      }
    }
  }

  private answered(ask: Ask, at: number, slotAt: number): void {
    this.goOn(ask, at);
    for (const call of this.sharedBy(ask))
      for (const waiter of this.shared.end(call))
        this.goOn(waiter, slotAt + USE_WINDOW_MS + LAG_MS);
  }

  /** Its call, and that before it in its batch, if others may wait for their answers. */
  private sharedBy(ask: Ask): readonly number[] {
    const before = ask.isAfter ? this.callOf({ ...ask, isAfter: false }).shared : null;
    return [before, this.callOf(ask).shared].flatMap((shared) => shared ?? []);
  }

  private goOn(ask: Ask, at: number): void {
    const { calls, expiresAt } = this.lookupOf(ask);
    const { index, call } = ask;
    if (at > expiresAt) this.ends[index] = { outcome: 'expired', at: expiresAt };
    else if (call + 1 >= calls.length) this.ends[index] = { outcome: 'answered', at };
    else this.asks.add(at, { index, call: call + 1, isAfter: false });
  }

  private requestOf({ endpoint, members: [first] }: Group): TicketRequest {
    if (!first) throw new RangeError(`Cannot forecast: nobody asks ${endpoint}`);
    const { callsLeft, expiresAt } = this.lookupOf(first);
    const flow = this.flowOf(first);
    const admission = flow === 'retry' ? 'always' : { callsLeft };
    return { lane: 'bulk', endpoint, flow, expiresAt, admission };
  }

  /** What is begun is finished first. */
  private flowOf(ask: Ask): BulkFlow {
    const { isNew, flow } = this.lookupOf(ask);
    return isNew && ask.call === 0 && !ask.isAfter ? flow : 'retry';
  }

  private limitsOf(list: ListId, now: number): BatchLimits {
    const { lessons } = this.calendarOf(list).state;
    return limitsOf(lessons[list], this.options.batchMaxQuestions, now);
  }

  private callOf(ask: Ask): PlannedCall {
    const planned = this.lookupOf(ask).calls[ask.call];
    const call = ask.isAfter ? planned?.afterBatch : planned;
    if (!call) throw new RangeError(`Cannot forecast: lookup ${ask.index} has no such call`);
    return call;
  }

  private lookupOf({ index }: Ask): PlannedLookup {
    const lookup = this.lookups[index];
    if (!lookup) throw new RangeError(`Cannot forecast: there is no lookup ${index}`);
    return lookup;
  }
}

/** When the members of a batch look for their answers, after its slot. */
const answeredMs = (list: EndpointId): number =>
  list === 'alerts' ? ANSWERED_MS.alerts : ANSWERED_MS.machines;

function addTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const there = map.get(key);
  if (there) there.push(value);
  else map.set(key, [value]);
}
