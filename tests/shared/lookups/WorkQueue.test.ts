import { buildInvalidRecord } from '../../../shared/records/buildRecord';
import type { LookupState } from '../../../shared/lookups/LookupRunner';
import { FIRST_TRIAL } from '../../../shared/calls/StepAttempt';
import type { LookupEnd } from '../../../shared/lookups/LookupEnd';
import type {
  LookupWork,
  NoteWork,
  PartialWork,
  PublishWork,
  QuarantineWork,
  Work,
} from '../../../shared/lookups/Work';
import { MalformedWorkError } from '../../../shared/lookups/MalformedWorkError';
import { WorkQueue } from '../../../shared/lookups/WorkQueue';
import { MessageRefusedError } from '../../../shared/messaging/MessageRefusedError';
import type { QuarantineSource } from '../../../shared/messaging/Quarantine';
import type { OutgoingMessage } from '../../../shared/messaging/QueueSender';
import type { Ticket } from '../../../shared/quota/Quota';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { aLookup, machineId, NOW } from './aLookup';

const HALF_HOUR_MS = 1_800_000;
const DEADLINE_AT = NOW + 60_000;
const BODY = Buffer.from('work');

const ticket: Ticket = {
  ...({ endpoint: 'machine', epoch: 'e', ordinal: 0 } as const),
  ...({ lane: 'bulk', flow: 'normal' } as const),
};
const lookup = aLookup('machine', machineId('a'));
const lookupWork: LookupWork = {
  type: 'lookup',
  lookup,
  generation: 0,
  isRecheck: false,
  freshSinceAt: NOW,
  progress: [],
  step: 'machine',
  hop: 1,
  ...FIRST_TRIAL,
  failures: 2,
  ticket,
};
const reason = { code: 'ip.malformed', message: 'Not an IP address.' };
const record = buildInvalidRecord(lookup, reason, { now: NOW });
const end: LookupEnd = { state: 'ended', record, isOut: true, isQuarantined: false };
const publishWork: PublishWork = { type: 'publish', record, hop: 3 };
const noteWork: NoteWork = { type: 'note', record, hop: 3 };
const partialWork: PartialWork = {
  type: 'partial',
  requestId: lookup.request.id,
  receivedAt: NOW,
  correlationId: null,
  hop: 0,
};
const copy: OutgoingMessage = { messageId: 'q_1', body: BODY, contentType: 'application/json' };
const quarantineWork: QuarantineWork = { type: 'quarantine', copy, hop: 3 };

const down = new StorageUnavailableError('read a blob', '503');

interface World {
  /** What the message says. */
  readonly work?: Work | Error;
  readonly deliveryCount?: number;
  readonly isCancelled?: boolean;
  /** What going on with it ends in. */
  readonly fails?: Error;
}

/** Delivers one message; tells what became of it. */
async function handle({ work = lookupWork, deliveryCount = 1, isCancelled = false, fails }: World) {
  const cancelled: unknown[] = [];
  const ran: { readonly state: LookupState; readonly deadlineAt: number }[] = [];
  const resumed: Work[] = [];
  const wentOn: LookupEnd[] = [];
  const quarantined: [Buffer, string][] = [];
  const sent: OutgoingMessage[] = [];
  const goOn = () => {
    if (fails) throw fails;
  };
  const queue = new WorkQueue({
    lookups: {
      run: async (state, deadlineAt) => {
        goOn();
        ran.push({ state, deadlineAt });
        return end;
      },
      cancel: async (...given) => {
        cancelled.push(given);
        return end;
      },
    },
    cancellations: { covers: async () => isCancelled },
    finished: {
      goOn: async (each) => {
        goOn();
        resumed.push(each);
      },
    },
    requests: { wentOn: async (each) => void wentOn.push(each) },
    copies: {
      resume: async (each) => {
        goOn();
        resumed.push(each);
      },
    },
    codec: {
      decode: async () => {
        if (work instanceof Error) throw work;
        return work;
      },
      putOff: ({ body, correlationId }, scheduledAt) => ({
        messageId: 'again',
        body,
        contentType: 'application/json',
        ...(correlationId !== null && { correlationId }),
        scheduledAt: scheduledAt(4, work instanceof Error ? 'lookup' : work.type),
      }),
    },
    sender: { send: async (messages) => void sent.push(...messages) },
    quarantine: {
      putMessage: async (body, _source, { code }) => void quarantined.push([body, code]),
    },
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
    random: { next: () => 0.5 },
  });
  const source: QuarantineSource = {
    queue: 'lookups',
    messageId: 'm1',
    correlationId: 'c1',
    sequenceNumber: '1',
    enqueuedAt: NOW,
    deliveryCount,
    applicationProperties: {},
  };
  await queue.handle(BODY, source, DEADLINE_AT);
  return { ran, cancelled, resumed, wentOn, quarantined, sent };
}

describe('WorkQueue.handle()', () => {
  it('goes on with a lookup where its message says, with its ticket', async () => {
    const { ran, ...others } = await handle({});

    expect(ran).toEqual([
      {
        state: { ...lookupWork, isNew: false, delivery: null, isRedelivered: false },
        deadlineAt: DEADLINE_AT,
      },
    ]);
    expect(others).toEqual({
      cancelled: [],
      resumed: [],
      wentOn: [end],
      quarantined: [],
      sent: [],
    });
  });

  it('ends a lookup that is cancelled, without asking', async () => {
    const { ran, cancelled, wentOn } = await handle({ isCancelled: true });

    expect(ran).toEqual([]);
    expect(cancelled).toEqual([[lookupWork, expect.objectContaining({ sequenceNumber: '1' })]]);
    expect(wentOn).toEqual([end]);
  });

  it('goes on without the ticket when it is delivered again, as that may be spent', async () => {
    const { ran } = await handle({ deliveryCount: 2 });

    expect(ran.map(({ state }) => state.ticket)).toEqual([null]);
  });

  it.each([publishWork, noteWork, partialWork, quarantineWork])(
    'tries once more: $type',
    async (work) => {
      const { resumed, ran } = await handle({ work });

      expect(resumed).toEqual([work]);
      expect(ran).toEqual([]);
    },
  );

  it('puts a copy aside whole if the quarantine queue will never take it', async () => {
    const fails = new MessageRefusedError('quarantine', 'MessageSizeExceeded');

    const { quarantined } = await handle({ work: quarantineWork, fails });

    expect(quarantined).toEqual([[copy.body, 'lookup.tooLarge']]);
  });

  it('quarantines a message that is no work of this version', async () => {
    const { quarantined, sent } = await handle({ work: new MalformedWorkError() });

    expect(quarantined).toEqual([[BODY, 'message.notWork']]);
    expect(sent).toEqual([]);
  });

  it.each<{ title: string; world: World }>([
    { title: 'its answers cannot be read', world: { work: down } },
    { title: 'it cannot be kept', world: { fails: down } },
  ])('puts its message off, at most for half an hour, while $title', async ({ world }) => {
    const { sent, quarantined } = await handle(world);

    expect(sent).toMatchObject([
      { body: BODY, correlationId: 'c1', scheduledAt: NOW + HALF_HOUR_MS },
    ]);
    expect(quarantined).toEqual([]);
  });

  it.each([noteWork, partialWork])(
    'puts off what only the state of a request keeps waiting for ten minutes at most: $type',
    async (work) => {
      const { sent } = await handle({ work, fails: down });

      expect(sent).toMatchObject([{ body: BODY, scheduledAt: NOW + 600_000 }]);
    },
  );

  it('fails for what it does not understand', async () => {
    const odd = new TypeError('odd');

    await expect(handle({ fails: odd })).rejects.toBe(odd);
  });
});
