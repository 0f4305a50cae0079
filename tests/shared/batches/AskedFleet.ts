import { setImmediate as nextTurn } from 'node:timers/promises';
import { DEFAULT_BEHAVIOUR, type Behaviour } from '../../../local/defender/Behaviour';
import { describeAlert } from '../../../local/defender/fleet/generateAlert';
import { type Machine, sparseMachine } from '../../../local/defender/entities/Machine';
import { Fleet } from '../../../local/defender/fleet/Fleet';
import { SeededRandom } from '../../../local/SeededRandom';
import { errorAnswer, NO_ROUTE, URL_TOO_LONG } from '../../../local/defender/http/Answer';
import { API_ENDPOINTS, type ApiEndpoint } from '../../../local/defender/routes/apiEndpoints';
import { matchRoute } from '../../../local/defender/routes/matchRoute';
import { BatchCounts } from '../../../shared/batches/BatchCounts';
import { Batches } from '../../../shared/batches/Batches';
import { BatchLessons } from '../../../shared/batches/BatchLessons';
import type { CachedAnswer } from '../../../shared/cache/AnswerCache';
import { SingleFlight } from '../../../shared/cache/SingleFlight';
import { CallLeases } from '../../../shared/calls/CallLeases';
import { FailedCalls } from '../../../shared/calls/FailedCalls';
import { StepRunner } from '../../../shared/calls/StepRunner';
import { TicketDesk } from '../../../shared/calls/TicketDesk';
import { createDefenderClient } from '../../../shared/defender/createDefenderClient';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import type { EndpointId } from '../../../shared/defender/endpointIds';
import { queryKey } from '../../../shared/defender/endpoints';
import type { HttpResponse } from '../../../shared/http/HttpTransport';
import {
  InteractiveLookups,
  type InteractiveAnswer,
} from '../../../shared/lookups/InteractiveLookups';
import type { Lookup } from '../../../shared/lookups/Lookup';
import type { Lessons } from '../../../shared/quota/calendar/lessons';
import type { CallResult, Quota } from '../../../shared/quota/Quota';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import type { CallerKind } from '../../../shared/callers/Caller';
import { Activity } from '../../../shared/activity/Activity';
import { MemoryCallLeaseStore } from '../calls/MemoryCallLeaseStore';
import { CACHE_TTL_MS, NOW } from '../lookups/aLookup';
import { silentLogger } from '../telemetry/silentLogger';

const ORIGIN = 'https://defender.test';
/** It stands still, but those who sleep let others go on. */
const clock = {
  now: () => NOW,
  sleep: async (ms: number) => {
    for (let turns = ms / 10; turns > 0; turns -= 1) await nextTurn();
  },
};
const random = { next: () => 0.5 };

export interface AskedFleetOptions {
  readonly machines: readonly (Partial<Machine> & { readonly id: string })[];
  /** By alert id: the machine's id. */
  readonly alerts?: Readonly<Record<string, string | null>>;
  readonly behaviour?: Partial<Behaviour>;
  /** Routes that the token has no role for. */
  readonly forbidden?: readonly ApiEndpoint[];
  /** Ids that the token may not ask about, alone or among others. */
  readonly refusedIds?: readonly string[];
  /** Answers of the wire instead of the fleet's, call by call. */
  readonly answers?: readonly HttpResponse[];
  /** 1: every question by its own call. Default 30. */
  readonly mostQuestions?: number;
  /** Who asks. Default: `regular`. */
  readonly callerKind?: () => CallerKind;
  /** What other processes have learnt. */
  readonly lessons?: Partial<Record<EndpointId, Lessons>>;
}

/** The app's lookups over a fleet of the local Defender, without network and without waiting. */
export class AskedFleet {
  /** Paths and queries of all calls. */
  readonly calls: string[] = [];
  readonly statuses: number[] = [];
  readonly reports: { readonly endpoint: EndpointId; readonly outcome: CallResult['outcome'] }[] =
    [];
  readonly counts = new BatchCounts();
  lessons: Partial<Record<EndpointId, Lessons>>;
  private readonly fleet = new Fleet();
  private readonly cache = new Map<string, CachedAnswer>();
  private readonly behaviour: Behaviour;
  private readonly rows = new SeededRandom(7);
  private readonly lookups: InteractiveLookups;

  constructor(private readonly options: AskedFleetOptions) {
    this.behaviour = { ...DEFAULT_BEHAVIOUR, ...options.behaviour };
    this.lessons = options.lessons ?? {};
    for (const { id, ...machine } of options.machines)
      this.fleet.addMachine({ ...sparseMachine(id), ...machine });
    this.fleet.list((all) => all);
    for (const [id, machineId] of Object.entries(options.alerts ?? {}))
      this.fleet.addAlert(
        describeAlert({ id, machineId, machine: null, at: NOW, aadTenantId: 't1' }),
      );
    this.lookups = this.build();
  }

  /** All at the same moment. */
  async answers(lookups: readonly Lookup[]): Promise<readonly EnrichmentRecord[]> {
    const answers = await this.endings(lookups);
    return answers.map((answer) => {
      if (answer.outcome !== 'answered') throw new Error(`A lookup ended ${answer.outcome}`);
      return answer.record;
    });
  }

  /** Of all at the same moment, whether they have an answer or not. */
  endings(lookups: readonly Lookup[]): Promise<readonly InteractiveAnswer[]> {
    const options = { deadlineAt: NOW + 60_000, progress: [] };
    return Promise.all(lookups.map((lookup) => this.lookups.answer(lookup, options)));
  }

  /** Calls of a list, or of everything else. */
  callsOf(pattern: RegExp): readonly string[] {
    return this.calls.filter((call) => pattern.test(call));
  }

  private build(): InteractiveLookups {
    const quota = this.quota();
    const slots = { forecast: async () => NOW, slotOf: async () => null };
    const leases = new CallLeases({ store: new MemoryCallLeaseStore(), slots, clock, holdMs: 0 });
    const defender = this.defender();
    const shared = { quota, defender, clock, random, logger: silentLogger, deniedAfterMs: 0 };
    const answers = {
      get: async (query: DefenderQuery, isFresh: (cached: CachedAnswer) => boolean) => {
        const cached = this.cache.get(queryKey(query));
        return cached && isFresh(cached) ? cached : null;
      },
      put: async (query: DefenderQuery, answer: CachedAnswer['answer'], fetchedAt: number) =>
        void this.cache.set(queryKey(query), { answer, fetchedAt }),
    };
    const batches = new Batches({
      callerKind: this.options.callerKind ?? (() => 'regular'),
      ...shared,
      slots,
      answers,
      desk: null,
      counts: this.counts,
      failedCalls: new FailedCalls(shared),
      lessons: new BatchLessons({
        keeper: {
          lessonsOf: async (list) => this.lessons[list],
          teach: async (list, change) => {
            const learnt = change(this.lessons[list], NOW);
            if (learnt) this.lessons = { ...this.lessons, [list]: learnt };
            return learnt !== null;
          },
        },
        clock,
        mostQuestions: this.options.mostQuestions ?? 30,
      }),
    });
    const cacheTtlMs = CACHE_TTL_MS;
    return new InteractiveLookups({
      steps: new StepRunner({
        ...shared,
        answers,
        batches,
        cacheTtlMs,
        desk: new TicketDesk({ quota, leases, clock, cacheTtlMs }),
        inFlight: new SingleFlight(),
        hold: { kind: 'upTo', ms: 12_000 },
      }),
      isBroken: async () => false,
      amnesiaOf: async () => null,
      clock,
      logger: silentLogger,
      recent: new Activity(),
      settings: {
        portalOrigin: 'https://security.microsoft.com',
        internalIpRanges: [],
        ipAlerts: true,
        ipLastKnown: true,
        recheckAfterMs: 0,
        recheckKinds: [],
        maxWaitMs: 10_000,
      },
    });
  }

  private defender() {
    const token = { token: 'a.b.c', expiresAt: NOW + 3_600_000 };
    return createDefenderClient({
      apiBaseUrl: ORIGIN,
      clock,
      transport: { prepare: () => undefined, get: async ({ url }) => this.answer(url) },
      tokens: {
        prepare: async () => undefined,
        get: async () => token.token,
        invalidate: () => undefined,
        doubt: () => undefined,
        current: () => null,
      },
    });
  }

  private answer(url: URL): HttpResponse {
    const rawUrl = `${url.pathname}${url.search}`;
    this.calls.push(decodeURIComponent(rawUrl));
    const next = this.options.answers?.[this.calls.length - 1] ?? this.fleetAnswer(url, rawUrl);
    this.statuses.push(next.status);
    return next;
  }

  private fleetAnswer(url: URL, rawUrl: string): HttpResponse {
    const { behaviour, fleet, rows } = this;
    const route = matchRoute('GET', url.pathname);
    if (rawUrl.length > behaviour.longestUrl) return URL_TOO_LONG;
    if (!route || route.endpoint === 'token' || route.endpoint === 'managedIdentity')
      return NO_ROUTE;
    if (this.options.forbidden?.includes(route.endpoint))
      return errorAnswer(
        403,
        'Forbidden',
        'Missing application roles. API required roles: Alert.Read.All, application roles: A.B.',
      );
    if (this.options.refusedIds?.some((id) => rawUrl.includes(id)))
      return errorAnswer(403, 'Forbidden', 'Access to the device is not allowed.');
    const query = url.searchParams;
    const call = { fleet, behaviour, random: rows, now: NOW, base: ORIGIN, query };
    return API_ENDPOINTS[route.endpoint].answer(route.argument, call);
  }

  private quota(): Quota {
    return {
      take: async ({ endpoint }) => {
        const ticket = { endpoint, epoch: 'e', ordinal: this.calls.length } as const;
        return { outcome: 'granted', ticket: { ...ticket, lane: 'interactive' }, slotAt: NOW };
      },
      awaitSlot: async () => ({ outcome: 'call' }),
      report: async ({ endpoint }, { outcome }) => {
        this.reports.push({ endpoint, outcome });
        return { at: NOW, answeredAt: 0, closedUntil: 0 };
      },
    };
  }
}
