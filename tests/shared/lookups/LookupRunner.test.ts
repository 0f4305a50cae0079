import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import { LookupRunner, type LookupState } from '../../../shared/lookups/LookupRunner';
import type { StepResult } from '../../../shared/calls/Progress';
import { FIRST_TRIAL, type Postponed, type StepAttempt } from '../../../shared/calls/StepAttempt';
import type { StepName } from '../../../shared/calls/steps';
import type { LookupWork, Work } from '../../../shared/lookups/Work';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { MessageRefusedError } from '../../../shared/messaging/MessageRefusedError';
import type { Ticket, TicketRequest } from '../../../shared/quota/Quota';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { RecordingLogger } from '../telemetry/RecordingLogger';
import { aLookup, aMachine, anAnswer, answeredStep, machineId, NOW, notFound } from './aLookup';

const MINUTE_MS = 60_000;
const LEAD_MS = 1_500;
const RECHECK_MS = 15 * MINUTE_MS;
const DEADLINE_AT = NOW + MINUTE_MS;

const ticket: Ticket = {
  ...({ endpoint: 'machine', epoch: 'e', ordinal: 0 } as const),
  ...({ lane: 'bulk', flow: 'normal' } as const),
};

const device = aLookup('machine', machineId('a'));
const found = answeredStep('machine', anAnswer({ machines: [aMachine(machineId('a'))] }));
const notSeen = answeredStep('machine', notFound);

const newLookup: LookupState = {
  lookup: device,
  generation: 0,
  isRecheck: false,
  freshSinceAt: NOW,
  progress: [],
  step: null,
  ...FIRST_TRIAL,
  hop: 0,
  isNew: true,
  delivery: null,
};
const workBegun: LookupState = { ...newLookup, isNew: false, step: 'machine', ticket, hop: 2 };

function later(changes: Partial<Postponed> = {}): Postponed {
  return {
    ...FIRST_TRIAL,
    outcome: 'postponed',
    resumeAt: NOW + 10 * MINUTE_MS,
    ...changes,
  };
}

interface Asked {
  readonly step: StepName;
  readonly attempt: StepAttempt;
  /** For the first ticket of the delivery, and for a further one. */
  readonly requests: readonly [TicketRequest, TicketRequest];
}

interface Sent {
  readonly work: LookupWork;
  readonly scheduledAt: number;
}

/** Runs a lookup whose steps end one after the other in `results`; an error is thrown instead. */
function worldOf(...results: readonly (StepResult | Postponed | Error)[]) {
  const left = [...results];
  const asked: Asked[] = [];
  const sent: Sent[] = [];
  const published: EnrichmentRecord[] = [];
  /** What the work queue says to a message; null: it takes it. */
  const queue: { refusal: Error | null } = { refusal: null };
  /** What happened outside, in order. */
  const journal: string[] = [];
  const logger = new RecordingLogger();
  const runner = new LookupRunner({
    steps: {
      run: async ({ step }, attempt) => {
        asked.push({ step, attempt, requests: [attempt.request(0), attempt.request(1)] });
        const result = left.shift();
        if (!result) throw new Error('One step too many');
        if (result instanceof Error) throw result;
        return result;
      },
    },
    codec: {
      encode: async (work: Work, scheduledAt) => {
        if (work.type === 'lookup') sent.push({ work, scheduledAt });
        return { messageId: 'm', body: Buffer.from('{}'), contentType: 'application/json' };
      },
    },
    lookups: {
      send: async () => {
        if (queue.refusal) throw queue.refusal;
        journal.push('work sent');
      },
    },
    publisher: {
      postponed: async (_lookup, until) => void journal.push(`told to wait ${until - NOW}`),
      publish: async (record) => {
        published.push(record);
        journal.push('record published');
        return { state: 'ended', record, isOut: true, isQuarantined: false };
      },
    },
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
    random: { next: () => 0.5 },
    logger,
    settings: {
      internalIpRanges: [],
      ipAlerts: true,
      ipLastKnown: true,
      leadMs: LEAD_MS,
      recheckAfterMs: RECHECK_MS,
      recheckKinds: ['machine'],
      portalOrigin: 'https://security.microsoft.com',
    },
  });
  const run = async (state: LookupState) => {
    const end = await runner.run(state, DEADLINE_AT);
    return { end, asked, sent, published, journal, log: logger.lines };
  };
  return { run, runner, published, queue };
}

describe('LookupRunner.run()', () => {
  it('asks one step after the other and publishes one record', async () => {
    const ip: LookupState = { ...newLookup, lookup: aLookup('ip', '10.1.2.3') };
    const machines = [aMachine(machineId('a'))];

    const { asked, published, journal } = await worldOf(
      answeredStep('findByIp', anAnswer({ machines })),
      answeredStep('ipAlerts', anAnswer()),
    ).run(ip);

    expect(asked.map(({ step }) => step)).toEqual(['findByIp', 'ipAlerts']);
    expect(published).toMatchObject([{ outcome: 'found', evidence: [{}, {}] }]);
    expect(journal).toEqual(['record published']);
  });

  it('goes on with the step of its message where that stood, and begins the next one anew', async () => {
    const how = { ticket, failures: 3, tokenRefreshed: true };
    const lookup = aLookup('ip', '10.1.2.3');
    const first = answeredStep('findByIp', anAnswer());

    const { asked } = await worldOf(first, later()).run({
      ...workBegun,
      ...how,
      lookup,
      step: 'findByIp',
      isWaiting: true,
    });

    expect(asked.map(({ attempt }) => attempt)).toMatchObject([
      { ...how, holder: { isWaiting: true } },
      { ticket: null, failures: 0, tokenRefreshed: false, holder: { isWaiting: false } },
    ]);
  });

  it('does not spend the ticket of one step on another', async () => {
    const { asked } = await worldOf(later()).run({ ...workBegun, step: 'namesake', failures: 3 });

    expect(asked).toMatchObject([{ step: 'machine', attempt: { ticket: null, failures: 0 } }]);
  });

  it.each([
    { replyTo: 'queue', isDeniedAtOnce: false },
    { replyTo: 'request', isDeniedAtOnce: true },
  ] as const)(
    'has a refusal of rights told at once, not waited out, for a $replyTo: $isDeniedAtOnce',
    async ({ replyTo, isDeniedAtOnce }) => {
      const { asked } = await worldOf(found).run({ ...newLookup, lookup: { ...device, replyTo } });

      expect(asked.map(({ attempt }) => attempt.isDeniedAtOnce)).toEqual([isDeniedAtOnce]);
    },
  );

  it('hands on the limits of the lookup and of the delivery', async () => {
    const lookup = { ...device, maxAgeMs: 5_000 };

    const { asked } = await worldOf(found).run({ ...newLookup, lookup });

    expect(asked[0]?.attempt).toMatchObject({
      freshSinceAt: NOW,
      maxAgeMs: 5_000,
      expiresAt: device.expiresAt,
      deadlineAt: DEADLINE_AT,
    });
  });

  describe('a lookup that must wait', () => {
    it.each([
      { title: 'a little before the slot of its ticket', ticket, earlierMs: LEAD_MS },
      { title: 'when it was told, without a ticket', ticket: null, earlierMs: 0 },
    ])('is woken $title', async ({ ticket, earlierMs }) => {
      const resumeAt = NOW + 10 * MINUTE_MS;

      const { sent, journal } = await worldOf(later({ ticket, resumeAt })).run(newLookup);

      expect(sent.map(({ scheduledAt }) => scheduledAt)).toEqual([resumeAt - earlierMs]);
      expect(journal).toEqual(['work sent', `told to wait ${resumeAt - NOW}`]);
    });

    it('says so in the log', async () => {
      const { log } = await worldOf(later({ failures: 1 })).run(workBegun);

      expect(log).toMatchObject([
        {
          event: 'lookup.waiting',
          fields: { endpoint: 'machine', hop: 3, failures: 1, waitMs: 10 * MINUTE_MS },
        },
      ]);
    });

    it('ends failed, and lies in quarantine whole, if its message is too large for the queue', async () => {
      const { run, queue } = worldOf(later());
      queue.refusal = new MessageRefusedError('lookups', 'MessageSizeExceeded');

      const { published } = await run(newLookup);

      expect(published).toMatchObject([
        { outcome: 'failed', reason: { code: 'lookup.tooLarge' }, incomplete: [{}] },
      ]);
    });

    it('has the delivery repeated if the queue takes no message', async () => {
      const { run, queue } = worldOf(later());
      queue.refusal = new MessageRefusedError('lookups', 'QuotaExceeded');

      await expect(run(newLookup)).rejects.toBe(queue.refusal);
    });

    it('goes on with what it has found and how it stands', async () => {
      const refusals = { counted: 1, lastAt: NOW, forbiddenSince: null };
      const state = { ticket, failures: 2, tokenRefreshed: true, isWaiting: true, refusals };
      const lookup = aLookup('ip', '10.1.2.3');
      const first = answeredStep('findByIp', anAnswer());

      const { sent } = await worldOf(first, later(state)).run({ ...newLookup, lookup });

      expect(sent.map(({ work }) => work)).toEqual([
        {
          type: 'lookup',
          lookup,
          generation: 0,
          isRecheck: false,
          batch: null,
          freshSinceAt: NOW,
          progress: [first],
          step: 'ipAlerts',
          hop: 0,
          ...state,
        },
      ]);
    });
  });

  describe('the ticket it asks for', () => {
    const requestsOf = async (state: LookupState) => {
      const { asked } = await worldOf(later()).run(state);
      return asked[0]?.requests;
    };
    const ofWorkBegun = { lane: 'bulk', flow: 'retry', admission: 'always' };

    it.each<{ title: string; lookup: LookupState['lookup']; flow: string }>([
      { title: 'a new lookup', lookup: { ...device, priority: 'low' }, flow: 'low' },
      { title: 'one that came over HTTP', lookup: { ...device, replyTo: 'request' }, flow: 'http' },
    ])('of $title is one of flow $flow, if it gets its slot in time', async ({ lookup, flow }) => {
      expect(await requestsOf({ ...newLookup, lookup })).toMatchObject([
        { lane: 'bulk', flow, admission: { callsLeft: 1 }, expiresAt: device.expiresAt },
        ofWorkBegun,
      ]);
    });

    it('of work begun is one of flow retry, in any case', async () => {
      expect(await requestsOf(workBegun)).toMatchObject([ofWorkBegun, ofWorkBegun]);
    });

    it('of a second step is one of flow retry, in any case', async () => {
      const progress = [answeredStep('findByIp', anAnswer())];

      const requests = await requestsOf({
        ...newLookup,
        lookup: aLookup('ip', '10.1.2.3'),
        progress,
      });

      expect(requests).toMatchObject([ofWorkBegun, ofWorkBegun]);
    });

    it.each<{ title: string; state: LookupState; holder: object }>([
      {
        title: 'of a new lookup',
        state: newLookup,
        holder: { owner: `${device.id}:0:machine:0`, deliveredAs: null },
      },
      {
        title: 'that goes on with its step',
        state: workBegun,
        holder: { owner: `${device.id}:0:machine:3`, deliveredAs: `${device.id}:0:machine:2` },
      },
      {
        title: 'that begins its next step',
        state: { ...workBegun, step: 'namesake' },
        holder: { owner: `${device.id}:0:machine:0`, deliveredAs: `${device.id}:0:namesake:2` },
      },
    ])('is held by the message $title', async ({ state, holder }) => {
      const { asked } = await worldOf(later()).run(state);

      expect(asked[0]?.attempt.holder).toMatchObject(holder);
    });
  });

  describe('a fresh device that was not seen', () => {
    it('has its recheck sent before its record', async () => {
      const { journal } = await worldOf(notSeen).run(newLookup);

      expect(journal).toEqual(['work sent', 'record published']);
    });

    it('is asked for anew by the recheck, with answers that come after it', async () => {
      const { sent, published } = await worldOf(notSeen).run(newLookup);

      const at = NOW + RECHECK_MS;
      const begun = {
        progress: [],
        step: 'machine',
        hop: 0,
        failures: 0,
        ticket: null,
        tokenRefreshed: false,
        isWaiting: false,
      };
      expect(sent).toMatchObject([
        {
          work: { ...begun, generation: 1, isRecheck: true, freshSinceAt: at },
          scheduledAt: at,
        },
      ]);
      expect(published).toMatchObject([{ generation: 0, final: false }]);
    });

    it.each(['MessagingEntityNotFound', 'QuotaExceeded', 'MessageSizeExceeded'])(
      'has a final record if the work queue still does not take its recheck: %s',
      async (condition) => {
        const { run, queue } = worldOf(notSeen);
        queue.refusal = new MessageRefusedError('lookups', condition);

        await expect(run(newLookup)).rejects.toBe(queue.refusal);

        const again = worldOf(notSeen);
        again.queue.refusal = queue.refusal;
        const { published } = await again.run({ ...newLookup, isRedelivered: true });
        expect(published).toMatchObject([{ outcome: 'notSeen', final: true }]);
      },
    );

    it('has its delivery repeated if the broker cannot be reached for its recheck', async () => {
      const { run, queue, published } = worldOf(notSeen);
      queue.refusal = new BrokerUnreachableError('lookups', 'ServiceTimeout');

      await expect(run(newLookup)).rejects.toBe(queue.refusal);
      expect(published).toEqual([]);
    });

    it.each<{ title: string; state: LookupState }>([
      { title: 'a second one', state: { ...newLookup, generation: 1, isRecheck: true } },
      {
        title: 'over HTTP',
        state: { ...newLookup, lookup: { ...device, replyTo: 'request' } },
      },
    ])('gets no further look after $title', async ({ state }) => {
      const { journal } = await worldOf(notSeen).run(state);

      expect(journal).toEqual(['record published']);
    });
  });

  describe('when the storage that work is kept in does not answer', () => {
    const down = new StorageUnavailableError('keep work', '503');

    it('puts a new lookup off from its beginning, without a ticket', async () => {
      const { sent } = await worldOf(down).run({ ...newLookup, ticket });

      expect(sent).toMatchObject([
        {
          work: {
            progress: [],
            step: 'machine',
            hop: 0,
            failures: 1,
            ticket: null,
            tokenRefreshed: false,
            isWaiting: false,
          },
          scheduledAt: NOW + MINUTE_MS / 2,
        },
      ]);
    });

    it('leaves work to its message', async () => {
      await expect(worldOf(down).run(workBegun)).rejects.toBe(down);
    });
  });

  it('fails for what it does not understand', async () => {
    const odd = new TypeError('odd');

    await expect(worldOf(odd).run(newLookup)).rejects.toBe(odd);
  });
});

describe('LookupRunner.giveUp()', () => {
  it('ends failed, for the reason given, with what was found so far', async () => {
    const { runner, published } = worldOf();
    const lookup = aLookup('ip', '10.1.2.3');
    const reason = { code: 'queue.deadLettered', message: 'MaxDeliveryCountExceeded' };
    const progress = [answeredStep('findByIp', anAnswer())];
    const { isNew: _, delivery: __, ...state } = newLookup;

    await runner.giveUp({ ...state, type: 'lookup', lookup, progress, step: 'ipAlerts' }, reason);

    expect(published).toMatchObject([
      {
        outcome: 'failed',
        reason,
        final: true,
        incomplete: [{ endpoint: 'ips/{ip}/alerts', reason: 'failed' }],
      },
    ]);
  });
});
