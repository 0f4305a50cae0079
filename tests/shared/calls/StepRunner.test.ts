import { SingleFlight } from '../../../shared/cache/SingleFlight';
import type { CachedAnswer } from '../../../shared/cache/AnswerCache';
import type { DefenderAnswer } from '../../../shared/defender/DefenderAnswer';
import {
  DefenderForbiddenError,
  DefenderRejectedError,
  DefenderThrottledError,
  DefenderUnauthorizedError,
  DefenderUnavailableError,
} from '../../../shared/defender/defenderErrors';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import { queryKey } from '../../../shared/defender/endpoints';
import { nextStep } from '../../../shared/lookups/plans';
import type { PlannedStep } from '../../../shared/calls/steps';
import { NO_REFUSALS } from '../../../shared/calls/refusals';
import type { Postponed, StepAttempt } from '../../../shared/calls/StepAttempt';
import type { BatchAnswer } from '../../../shared/batches/Question';
import { StepRunner, type StepRunnerDeps } from '../../../shared/calls/StepRunner';
import type { StepResult } from '../../../shared/calls/Progress';
import { TicketDesk } from '../../../shared/calls/TicketDesk';
import type { Hold } from '../../../shared/calls/waiting';
import { TokenUnavailableError } from '../../../shared/identity/TokenUnavailableError';
import { CallLeases } from '../../../shared/calls/CallLeases';
import type {
  CallResult,
  Quota,
  SlotAnswer,
  Ticket,
  TicketAnswer,
  TicketRequest,
} from '../../../shared/quota/Quota';
import { QuotaUnavailableError } from '../../../shared/quota/QuotaUnavailableError';
import { MemoryCallLeaseStore } from './MemoryCallLeaseStore';
import { aLookup, anAnswer, CACHE_TTL_MS, machineId, NOW } from '../lookups/aLookup';
import { silentLogger } from '../telemetry/silentLogger';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const cacheTtlMs = CACHE_TTL_MS;
const ttlMs = cacheTtlMs.machine;
const breaker = { why: 'forbidden', since: NOW, failures: 3 } as const;
const about = { endpoint: 'machine', status: null, correlationId: null } as const;
const throttled = new DefenderThrottledError('429', 30_000, about);
const unauthorized = new DefenderUnauthorizedError('401', about);
const roleMissing = new DefenderForbiddenError('403', ['Machine.Read.All'], true, about);
const objectForbidden = new DefenderForbiddenError('403', ['Machine.Read.All'], false, about);
const unavailable = new DefenderUnavailableError('503', about);
const rejected = new DefenderRejectedError('400', about);

const found = anAnswer({ machines: [{ id: machineId('a') }] });
const TICKET: Ticket = { endpoint: 'machine', epoch: 'e', ordinal: 9, lane: 'bulk', flow: 'low' };
const call: SlotAnswer = { outcome: 'call' };

interface World {
  /** What Defender says, call by call; the last one for ever. */
  readonly says?: readonly (DefenderAnswer | Error)[];
  /** What becomes of tickets as they are shown; the last one for ever. */
  readonly slots?: readonly (SlotAnswer | Error)[];
  readonly slotAt?: number;
  /** How long a ticket's slot is waited for. Default: no time passes. */
  readonly waitMs?: number;
  readonly hold?: Hold;
  readonly takes?: TicketAnswer | Error;
  /** Where another lookup that makes the same call has its slot. */
  readonly claimedFor?: number;
  readonly cached?: CachedAnswer;
  readonly token?: Error;
  /** When the endpoint last answered anybody, and until when nobody may call. */
  readonly answeredAt?: number;
  readonly closedUntil?: number;
  /** Default: every step has its own call. */
  readonly batches?: StepRunnerDeps['batches'];
  /** Calls that another lookup of the process may share. */
  readonly inFlight?: SingleFlight<StepResult | Postponed>;
}

function planned(kind: 'machine' | 'ip' | 'host', value: string): PlannedStep {
  const settings = { internalIpRanges: [], ipAlerts: true, ipLastKnown: true };
  const step = nextStep(aLookup(kind, value), [], settings);
  if (!step) throw new Error('no step');
  return step;
}

/** How a lookup just taken in asks for its ticket. */
const newRequest = (): TicketRequest => ({
  lane: 'bulk',
  endpoint: 'machine',
  flow: 'normal',
  expiresAt: NOW + HOUR_MS,
  admission: { callsLeft: 1 },
});

const machineStep = planned('machine', machineId('a'));

function valueOf<T>(value: T | Error): T {
  if (value instanceof Error) throw value;
  return value;
}

/** Runs one step; tells its result, and what was taken, called and reported. */
async function run(world: World, attempt: Partial<StepAttempt> = {}, step = machineStep) {
  const requests: TicketRequest[] = [];
  const reports: CallResult['outcome'][] = [];
  const sent: DefenderQuery[] = [];
  let calls = 0;
  let shown = 0;
  let ordinal = 0;
  let now = NOW;
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const { says = [found], slots = [call], slotAt = NOW, waitMs = 0, takes } = world;
  const quota: Quota = {
    take: async (request) => {
      requests.push(request);
      if (takes) return valueOf(takes);
      const { endpoint } = request;
      const ticket = {
        endpoint,
        epoch: 'e',
        ordinal: ordinal++,
        lane: 'bulk',
        flow: 'normal',
      } as const;
      return { outcome: 'granted', ticket, slotAt };
    },
    awaitSlot: async () => {
      now += waitMs;
      return valueOf(slots[Math.min(shown++, slots.length - 1)] ?? call);
    },
    report: async (_ticket, { outcome }) => {
      reports.push(outcome);
      return { at: NOW, answeredAt: world.answeredAt ?? 0, closedUntil: world.closedUntil ?? 0 };
    },
  };
  const store = new MemoryCallLeaseStore();
  if (world.claimedFor !== undefined) {
    const key = queryKey(step.query);
    await store.insert(
      { endpoint: 'machine', key },
      { owner: 'another', ticket: TICKET, slotAt: world.claimedFor },
    );
  }
  const leases = new CallLeases({
    store,
    slots: { forecast: async () => slotAt, slotOf: async () => slotAt },
    clock,
    holdMs: 4000,
  });
  const runner = new StepRunner({
    batches: world.batches ?? null,
    quota,
    desk: new TicketDesk({ quota, leases, clock, cacheTtlMs }),
    defender: {
      prepare: async () => {
        if (world.token) throw world.token;
      },
      call: async (query) => {
        sent.push(query);
        return valueOf(says[Math.min(calls++, says.length - 1)] ?? found);
      },
    },
    answers: {
      get: async (_query, isFresh) => (world.cached && isFresh(world.cached) ? world.cached : null),
      put: async () => undefined,
    },
    inFlight: world.inFlight ?? new SingleFlight(),
    clock,
    random: { next: () => 0.5 },
    logger: silentLogger,
    cacheTtlMs,
    deniedAfterMs: 4 * HOUR_MS,
    hold: world.hold ?? { kind: 'upTo', ms: 4000 },
  });
  const { endpoint } = step.query;
  const result = await runner.run(step, {
    ticket: null,
    request: (round) => ({
      lane: 'bulk',
      endpoint,
      expiresAt: NOW + HOUR_MS,
      admission: 'always',
      flow: round === 0 ? 'normal' : 'retry',
    }),
    batch: null,
    requestId: 'r_1',
    holder: { owner: 'next', deliveredAs: null, isWaiting: false },
    isDeniedAtOnce: false,
    failures: 0,
    tokenRefreshed: false,
    refusals: NO_REFUSALS,
    freshSinceAt: NOW,
    maxAgeMs: null,
    expiresAt: NOW + 24 * HOUR_MS,
    deadlineAt: NOW + MINUTE_MS,
    ...attempt,
  });
  const flows = requests.map((request) => (request.lane === 'bulk' ? request.flow : request.lane));
  return { result, calls, sent, reports, flows };
}

const summary = (result: StepResult | Postponed): unknown => {
  switch (result.outcome) {
    case 'answered':
      return 'answered';
    case 'postponed':
      return {
        in: result.resumeAt - NOW,
        ticket: result.ticket !== null,
        failures: result.failures,
      };
    default:
      return [result.outcome, result.reason.code];
  }
};

describe('StepRunner.run()', () => {
  it.each<{
    title: string;
    world: World;
    attempt?: Partial<StepAttempt>;
    is: unknown;
    calls: number;
    reports?: string[];
    flows?: string[];
  }>([
    {
      title: 'calls when the slot is now',
      world: {},
      is: 'answered',
      calls: 1,
      reports: ['answered'],
    },
    {
      title: 'waits as a message for a slot that is far',
      world: { slotAt: NOW + HOUR_MS },
      is: { in: HOUR_MS, ticket: true, failures: 0 },
      calls: 0,
    },
    {
      title:
        'takes a ticket and leaves the call to a message, where it holds no slot, even one that is now',
      world: { hold: { kind: 'none' } },
      is: { in: 0, ticket: true, failures: 0 },
      calls: 0,
      reports: [],
    },
    {
      title:
        'leaves the call to a message with the ticket that it came with, where it holds no slot',
      world: { hold: { kind: 'none' } },
      attempt: { ticket: { ...TICKET, slotAt: NOW + 1_000 } },
      is: { in: 1_000, ticket: true, failures: 0 },
      calls: 0,
      flows: [],
    },
    {
      title: 'waits as a message with its ticket when the slot has moved',
      world: { slots: [{ outcome: 'later', slotAt: NOW + MINUTE_MS }] },
      is: { in: MINUTE_MS, ticket: true, failures: 0 },
      calls: 0,
    },
    {
      title: 'takes another ticket, in flow retry, for one that is unknown',
      world: { slots: [{ outcome: 'unknown' }, call] },
      is: 'answered',
      calls: 1,
      flows: ['normal', 'retry'],
    },
    {
      title: 'never throws for 429: cools down and takes another ticket',
      world: {
        says: [throttled, found],
        slots: [call, { outcome: 'later', slotAt: NOW + 30_500 }],
      },
      is: { in: 30_500, ticket: true, failures: 0 },
      calls: 1,
      reports: ['throttled'],
      flows: ['normal', 'retry'],
    },
    {
      title: 'refreshes the token once after a 401, with another ticket',
      world: { says: [unauthorized, found] },
      is: 'answered',
      calls: 2,
      reports: ['answered'],
      flows: ['normal', 'retry'],
    },
    {
      title: 'opens the breaker at a second 401',
      world: {
        says: [unauthorized],
        slots: [call, call, { outcome: 'later', slotAt: NOW + 6000 }],
      },
      is: { in: 6000, ticket: true, failures: 0 },
      calls: 2,
      reports: ['unauthorized'],
    },
    {
      title: 'opens the breaker at a 403 for want of a role and waits behind it',
      world: { says: [roleMissing], slots: [call, { outcome: 'later', slotAt: NOW + 6000 }] },
      is: { in: 6000, ticket: true, failures: 0 },
      calls: 1,
      reports: ['forbidden'],
    },
    {
      title: 'ends denied at a 403 when somebody waits for the answer',
      world: { says: [roleMissing] },
      attempt: { isDeniedAtOnce: true },
      is: ['denied', 'defender.forbidden'],
      calls: 1,
      reports: ['forbidden'],
    },
    {
      title: 'waits alone after a 403 that is about what it asks for',
      world: { says: [objectForbidden] },
      is: { in: 30_000, ticket: false, failures: 0 },
      calls: 1,
      reports: ['refused'],
    },
    {
      title: 'waits longer with every further 403, but no longer than rights are waited for',
      world: { says: [objectForbidden] },
      attempt: {
        refusals: { counted: 4, lastAt: NOW - HOUR_MS, forbiddenSince: NOW - 3 * HOUR_MS },
      },
      is: { in: HOUR_MS, ticket: false, failures: 0 },
      calls: 1,
    },
    {
      title: 'ends denied, without a call, when what it asks for was forbidden so long',
      world: {},
      attempt: {
        refusals: { counted: 5, lastAt: NOW - HOUR_MS, forbiddenSince: NOW - 4 * HOUR_MS },
      },
      is: ['denied', 'defender.objectForbidden'],
      calls: 0,
    },
    {
      title: 'takes no slot beyond that',
      world: { slotAt: NOW + 2 * HOUR_MS },
      attempt: {
        refusals: { counted: 4, lastAt: NOW - HOUR_MS, forbiddenSince: NOW - 3 * HOUR_MS },
      },
      is: { in: HOUR_MS, ticket: false, failures: 0 },
      calls: 0,
    },
    {
      title: 'ends denied at once at such a 403 when somebody waits for the answer',
      world: { says: [objectForbidden] },
      attempt: { isDeniedAtOnce: true },
      is: ['denied', 'defender.objectForbidden'],
      calls: 1,
      reports: ['refused'],
    },
    {
      title: 'lets others ask first when it is throttled again',
      world: { says: [throttled], closedUntil: NOW + 30_000 },
      attempt: { refusals: { counted: 0, lastAt: NOW - MINUTE_MS, forbiddenSince: null } },
      is: { in: 32_000, ticket: false, failures: 0 },
      calls: 1,
    },
    {
      title: 'waits as after a failure when it is throttled while others are answered',
      world: { says: [throttled], answeredAt: NOW - 1 },
      attempt: { refusals: { counted: 2, lastAt: NOW - MINUTE_MS, forbiddenSince: null } },
      is: { in: 2 * MINUTE_MS, ticket: false, failures: 0 },
      calls: 1,
    },
    {
      title: 'ends failed when it is throttled while others are answered, for hours',
      world: { says: [throttled], answeredAt: NOW - 1 },
      attempt: { refusals: { counted: 8, lastAt: NOW - MINUTE_MS, forbiddenSince: null } },
      is: ['failed', 'defender.refusedAlways'],
      calls: 1,
    },
    {
      title: 'never ends for being throttled with all others',
      world: { says: [throttled], answeredAt: NOW - HOUR_MS },
      attempt: { refusals: { counted: 8, lastAt: NOW - MINUTE_MS, forbiddenSince: null } },
      is: { in: 8 * HOUR_MS, ticket: false, failures: 0 },
      calls: 1,
    },
    {
      title: 'ends denied when the rights have been refused for too long',
      world: { takes: { outcome: 'denied', breaker } },
      is: ['denied', 'defender.forbidden'],
      calls: 0,
    },
    {
      title: 'ends denied on waking, too',
      world: { slots: [{ outcome: 'denied', breaker }] },
      is: ['denied', 'defender.forbidden'],
      calls: 0,
    },
    {
      title: 'ends expired at once when its slot would come too late',
      world: { takes: { outcome: 'wouldExpire', slotAt: NOW + HOUR_MS } },
      attempt: { request: newRequest },
      is: ['expired', 'lookup.wouldExpire'],
      calls: 0,
    },
    {
      title: 'ends invalid when Defender refuses the value',
      world: { says: [rejected] },
      is: ['invalid', 'defender.rejected'],
      calls: 1,
      reports: ['answered'],
    },
    {
      title: 'tries again in 30 seconds without a ticket after a 5xx',
      world: { says: [unavailable] },
      is: { in: 30_000, ticket: false, failures: 1 },
      calls: 1,
      reports: ['failed'],
    },
    {
      title: 'waits longer with every failure',
      world: { says: [unavailable] },
      attempt: { failures: 4 },
      is: { in: 2 * HOUR_MS, ticket: false, failures: 5 },
      calls: 1,
    },
    {
      title: 'ends expired at once when its next try would come past its age',
      world: { says: [unavailable] },
      attempt: { failures: 6, expiresAt: NOW + HOUR_MS },
      is: ['expired', 'lookup.expired'],
      calls: 1,
    },
    {
      title: 'ends failed after the eighth failure',
      world: { says: [unavailable] },
      attempt: { failures: 7 },
      is: ['failed', 'defender.unavailable'],
      calls: 1,
    },
    {
      title: 'tries again when the calendar is out of reach',
      world: { takes: new QuotaUnavailableError('Cannot read: 503') },
      is: { in: 30_000, ticket: false, failures: 1 },
      calls: 0,
    },
    {
      title: 'tries again when there is no token, with no ticket taken and the breaker left alone',
      world: { token: new TokenUnavailableError('no token') },
      is: { in: 30_000, ticket: false, failures: 1 },
      calls: 0,
      reports: [],
      flows: [],
    },
    {
      title: 'ends expired once it is too old',
      world: {},
      attempt: { expiresAt: NOW },
      is: ['expired', 'lookup.expired'],
      calls: 0,
    },
    {
      title: 'ends expired at once when another lookup makes its call too late',
      world: { slotAt: NOW + HOUR_MS, claimedFor: NOW + HOUR_MS },
      attempt: { expiresAt: NOW + MINUTE_MS },
      is: ['expired', 'lookup.expired'],
      calls: 0,
      flows: [],
    },
    {
      title: 'ends expired at once when its slot has moved beyond its age',
      world: { slots: [{ outcome: 'later', slotAt: NOW + HOUR_MS }] },
      attempt: { expiresAt: NOW + MINUTE_MS },
      is: ['expired', 'lookup.expired'],
      calls: 0,
    },
    {
      title: 'ends expired at once when it is throttled beyond its age',
      world: { says: [throttled], slots: [call, { outcome: 'later', slotAt: NOW + 30_500 }] },
      attempt: { expiresAt: NOW + 30_000 },
      is: ['expired', 'lookup.expired'],
      calls: 1,
      reports: ['throttled'],
    },
    {
      title: 'ends expired at once when work begun gets no slot within its age',
      world: { takes: { outcome: 'wouldExpire', slotAt: NOW + 25 * HOUR_MS } },
      is: ['expired', 'lookup.expired'],
      calls: 0,
    },
    {
      title: 'takes no ticket after its deadline',
      world: {},
      attempt: { deadlineAt: NOW },
      is: { in: 0, ticket: false, failures: 0 },
      calls: 0,
      flows: [],
    },
    {
      title: 'starts no call if its deadline passes while it waits for the slot',
      world: { waitMs: 4000 },
      attempt: { deadlineAt: NOW + 4000 },
      is: { in: 4000, ticket: false, failures: 0 },
      calls: 0,
      reports: [],
      flows: ['normal'],
    },
    {
      title: 'calls if its slot comes before its deadline',
      world: { waitMs: 4000 },
      attempt: { deadlineAt: NOW + 4001 },
      is: 'answered',
      calls: 1,
    },
  ])('$title', async ({ world, attempt, is, calls, reports, flows }) => {
    const done = await run(world, attempt);

    expect(summary(done.result)).toEqual(is);
    expect(done.calls).toBe(calls);
    if (reports) expect(done.reports).toEqual(reports);
    if (flows) expect(done.flows).toEqual(flows);
  });

  it('ends failed, not invalid, when Defender refuses a filter of ours', async () => {
    const { result } = await run({ says: [rejected] }, {}, planned('host', 'desktop-17'));

    expect(summary(result)).toEqual(['failed', 'defender.rejected']);
  });

  it('asks a list of machines once more without the count, where that is refused', async () => {
    const host = planned('host', 'desktop-17');

    const done = await run({ says: [rejected, found] }, {}, host);

    expect(summary(done.result)).toEqual('answered');
    expect(done.sent.map((query) => query.endpoint === 'machines' && query.count)).toEqual([
      'ifTaken',
      false,
    ]);
    expect(done.reports).toEqual(['answered', 'answered']);
  });

  it.each([
    {
      title: 'takes an answer that is young enough',
      ageMs: ttlMs - 1,
      answer: found,
      fromCache: true,
    },
    { title: 'asks again when it is too old', ageMs: ttlMs, answer: found, fromCache: false },
    {
      title: 'trusts an empty answer a minute only',
      ageMs: MINUTE_MS,
      answer: anAnswer(),
      fromCache: false,
    },
  ])('$title', async ({ ageMs, answer, fromCache }) => {
    const done = await run({ cached: { answer, fetchedAt: NOW - ageMs } });

    expect(done.result).toMatchObject({ outcome: 'answered', fromCache });
    expect(done.calls).toBe(fromCache ? 0 : 1);
  });

  it('shares the call of another lookup and marks its answer as not its own', async () => {
    const inFlight = new SingleFlight<StepResult | Postponed>();

    const [asks, shares] = await Promise.all([run({ inFlight }), run({ inFlight })]);

    expect(asks.result).toMatchObject({ outcome: 'answered', fromCache: false });
    expect(shares.result).toMatchObject({ outcome: 'answered', fromCache: true });
    expect([asks.calls, shares.calls]).toEqual([1, 0]);
  });

  it('asks for itself when the call that it shares brings no answer', async () => {
    const inFlight = new SingleFlight<StepResult | Postponed>();

    const [asks, shares] = await Promise.all([
      run({ inFlight, says: [unavailable] }),
      run({ inFlight }),
    ]);

    expect(asks.result.outcome).toBe('postponed');
    expect(shares.result).toMatchObject({ outcome: 'answered', fromCache: false });
    expect(shares.calls).toBe(1);
  });

  it('takes any answer that came after the lookup was received, even where no cached one is wanted', async () => {
    const cached = { answer: anAnswer(), fetchedAt: NOW };

    const done = await run({ cached }, { maxAgeMs: 0, freshSinceAt: NOW });

    expect(done.result).toMatchObject({ outcome: 'answered', fromCache: true });
  });

  it.each([
    { title: 'its age', attempt: {} },
    { title: 'when the lookup was received', attempt: { maxAgeMs: 0, freshSinceAt: NOW } },
  ])('takes no answer that seems to come from the future, by $title', async ({ attempt }) => {
    const done = await run({ cached: { answer: found, fetchedAt: NOW + 1 } }, attempt);

    expect(done.calls).toBe(1);
  });

  it('asks past the cache when no old answer is wanted', async () => {
    const done = await run({ cached: { answer: found, fetchedAt: NOW - 1 } }, { maxAgeMs: 0 });

    expect(done.calls).toBe(1);
  });

  it('asks nothing about an address that was seen almost 30 days ago', async () => {
    const old = aLookup('ip', '10.1.2.3', { subject: { observedAt: NOW - 30 * 24 * HOUR_MS } });
    const step = nextStep(old, [], { internalIpRanges: [], ipAlerts: true, ipLastKnown: true });

    const done = step && (await run({}, {}, step));

    expect(done && summary(done.result)).toEqual(['expired', 'ip.aged']);
  });
});

describe('The owner of a batch', () => {
  const BATCH = 'machines|normal|1';

  /** Batches that note whose call is made, and tell no answers. */
  function batches() {
    const led: string[] = [];
    const alone = async (): Promise<BatchAnswer> => ({ outcome: 'alone' });
    const lead = async (_question: unknown, id: string): Promise<BatchAnswer> => {
      led.push(id);
      return alone();
    };
    return { led, expect: () => () => undefined, ask: alone, resume: alone, follow: alone, lead };
  }

  it('makes the call, for which others wait, although its answer is known meanwhile', async () => {
    const shared = batches();
    const world = { batches: shared, cached: { answer: found, fetchedAt: NOW } };

    const { result } = await run(world, { batch: BATCH, ticket: TICKET });

    expect(shared.led).toEqual([BATCH]);
    expect(summary(result)).toBe('answered');
  });

  it('makes the call, for which others wait, although another asks the same', async () => {
    const shared = batches();
    const inFlight = new SingleFlight<StepResult | Postponed>();

    const [, owner] = await Promise.all([
      run({ inFlight }),
      run({ inFlight, batches: shared }, { batch: BATCH, ticket: TICKET }),
    ]);

    expect(shared.led).toEqual([BATCH]);
    expect(owner.result).toMatchObject({ outcome: 'answered', fromCache: true });
  });
});
