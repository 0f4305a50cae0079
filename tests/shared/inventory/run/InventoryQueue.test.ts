import { FailedCalls } from '../../../../shared/calls/FailedCalls';
import { NO_REFUSALS } from '../../../../shared/calls/refusals';
import {
  FIRST_TRIAL,
  type Postponed,
  type StepAttempt,
} from '../../../../shared/calls/StepAttempt';
import { readPageWork } from '../../../../shared/inventory/run/inventoryMessage';
import type { StepResult } from '../../../../shared/calls/Progress';
import { newRun } from '../../../../shared/inventory/run/InventoryRun';
import { NO_TOTALS, PageStore } from '../../../../shared/inventory/run/PageStore';
import { WALK_START } from '../../../../shared/inventory/walk/Walk';
import { StorageUnavailableError } from '../../../../shared/storage/StorageUnavailableError';
import {
  answered,
  FIRST,
  LEAD_MS,
  NOW,
  openQueue,
  RUN_ID,
  SLOT,
  TICKET,
  unanswered,
} from '../queueHarness';
import { silentLogger } from '../../telemetry/silentLogger';
import { listNotes } from '../../lookups/aLookup';
import { machine } from '../SnapshotShelf';

const DAY_MS = 86_400_000;

const sentWork = ({ sent, time }: ReturnType<typeof openQueue>) =>
  sent.map(({ body }) => readPageWork(body, time.now));

const failedCalls = new FailedCalls({
  clock: { now: () => NOW, sleep: () => Promise.resolve() },
  random: { next: () => 0.5 },
  logger: silentLogger,
  deniedAfterMs: DAY_MS,
});

/** As a runner settles a step whose every call is throttled at `now`, though others have just been answered. */
function throttledAlways(attempt: StepAttempt, now: number): StepResult | Postponed {
  const query = { endpoint: 'machines', filter: null, top: 16, skip: 0, count: true } as const;
  const planned = { step: 'machineList', query } as const;
  const note = { at: now, answeredAt: now - 1, closedUntil: now };
  const settled = failedCalls.settle(
    planned,
    attempt,
    { outcome: 'throttled', retryAfterMs: 0 },
    note,
  );
  return settled.outcome === 'again' ? throttledAlways(settled.state, now) : settled;
}

describe('InventoryQueue', () => {
  it('makes the run, reads its first page, stores it, and asks for the next', async () => {
    const world = openQueue(answered(machine(1)));

    await world.deliver(FIRST);

    expect(await world.row()).toMatchObject({
      runId: RUN_ID,
      slotAt: SLOT,
      status: 'running',
      startedAt: NOW,
      seq: 1,
      machines: 1,
      nextAt: NOW,
    });
    expect([...world.blobs.blobs.keys()]).toEqual([`work/${RUN_ID}/00000.v2.ndjson.gz`]);
    expect(world.sent.map(({ messageId }) => messageId)).toEqual([`${RUN_ID}:0:1:0`]);
  });

  it('asks by $top and $skip, in the flow of the inventory, and gives up after a day', async () => {
    const world = openQueue(answered(machine(1)));

    await world.deliver(FIRST);

    const [{ query, attempt } = {}] = world.seen;
    expect(query).toEqual({
      endpoint: 'machines',
      filter: null,
      top: 16,
      skip: 0,
      count: true,
    });
    expect(attempt?.request(0)).toMatchObject({ lane: 'bulk', flow: 'inventory' });
    expect(attempt).toMatchObject({ expiresAt: NOW + DAY_MS, deadlineAt: NOW + 60_000 });
  });

  it('publishes behind the last page, and says how it ended', async () => {
    const none = answered();
    const list = [answered(machine(1), machine(2)), answered(machine(2)), none];
    const world = openQueue(...list, none, none);

    await world.drain(FIRST);

    expect(world.published).toHaveLength(1);
    expect(world.published[0]?.walked).toMatchObject({
      lastSeq: 4,
      head: { totals: { pages: 5 } },
    });
    expect(await world.row()).toMatchObject({
      status: 'published',
      machines: 2,
      warnings: ['w'],
      completedAt: NOW,
    });
  });
});

describe('InventoryQueue, delivered again', () => {
  it('repeats no call whose page is stored, and asks for the next page in the same words', async () => {
    const world = openQueue(answered(machine(1)));

    await world.deliver(FIRST);
    await world.deliver(FIRST, 2);

    expect(world.seen).toHaveLength(1);
    const [first, second] = world.sent;
    expect(second).toEqual(first);
  });

  it('does not spend a ticket twice', async () => {
    const world = openQueue(answered(machine(1)), answered(machine(1)));

    await world.deliver({ ...FIRST, ticket: TICKET });
    world.blobs.blobs.clear();
    await world.deliver({ ...FIRST, ticket: TICKET }, 2);

    expect(world.seen.map(({ attempt }) => attempt.ticket)).toEqual([TICKET, null]);
  });

  it.each([
    { what: 'of an older epoch', run: { epoch: 1 } },
    { what: 'of a run that is over', run: { status: 'published' } as const },
  ])('does nothing for a message $what', async ({ run }) => {
    const world = openQueue();
    const row = { ...newRun(SLOT, NOW), ...run };
    await world.runs.insert(row);

    await world.deliver(FIRST);

    expect(world.sent).toEqual([]);
    expect(await world.row()).toEqual(row);
  });

  it('loses to a takeover in the middle of its call, which then goes on from its page', async () => {
    const world = openQueue(answered(machine(1)));
    world.during.call = async () => {
      const stored = await world.runs.read(RUN_ID);
      await world.runs.replace({ ...newRun(SLOT, NOW), epoch: 1 }, stored?.etag ?? '');
    };

    await world.deliver(FIRST);
    const afterLoser = await world.row();
    await world.deliver({ ...FIRST, epoch: 1 });
    await world.deliver({ ...FIRST, seq: 1 });

    expect(afterLoser).toMatchObject({ epoch: 1, seq: 0, machines: 0 });
    // The page is the loser's; its message for the next one is of no use any more.
    expect(world.seen).toHaveLength(1);
    expect(await world.row()).toMatchObject({ epoch: 1, seq: 1, machines: 1 });
  });

  it('makes no run but by its first message', async () => {
    const world = openQueue();

    await world.deliver({ ...FIRST, seq: 3 });

    expect(await world.runs.list(0)).toEqual([]);
    expect(world.sent).toEqual([]);
  });
});

describe('InventoryQueue, when things go wrong', () => {
  it('waits for the slot of its ticket, and is woken a little earlier', async () => {
    const resumeAt = NOW + 600_000;
    const waiting = { ...FIRST_TRIAL, ticket: TICKET };
    const world = openQueue({ ...waiting, outcome: 'postponed', resumeAt });

    await world.deliver(FIRST);

    expect(world.sent).toMatchObject([
      { messageId: `${RUN_ID}:0:0:1`, scheduledAt: resumeAt - LEAD_MS },
    ]);
    expect(sentWork(world)).toMatchObject([{ seq: 0, hop: 1, ticket: TICKET }]);
    expect(await world.row()).toMatchObject({ waits: 1, nextAt: resumeAt - LEAD_MS, seq: 0 });
  });

  it('tries again later after a 5xx, with the failures counted', async () => {
    const resumeAt = NOW + 30_000;
    const world = openQueue({ ...FIRST_TRIAL, outcome: 'postponed', resumeAt, failures: 3 });

    await world.deliver({ ...FIRST, failures: 2 });

    expect(sentWork(world)).toMatchObject([{ hop: 1, failures: 3, ticket: null }]);
    expect(world.logger.lines).toMatchObject([{ event: 'inventory.waiting' }]);
  });

  it('ends with a reason when its page is throttled each time while others are answered', async () => {
    const trials: number[] = [];
    const throttled = (attempt: StepAttempt) => {
      trials.push(world.time.now);
      return throttledAlways(attempt, world.time.now);
    };
    const world = openQueue(...Array.from({ length: 20 }, () => throttled));

    await world.deliver(FIRST);
    for (let next = 0; next < world.sent.length; next++) {
      world.time.now = world.sent[next]?.scheduledAt ?? NaN;
      await world.deliver(sentWork(world)[next] ?? FIRST);
    }

    expect(await world.row()).toMatchObject({
      status: 'failed',
      reasonCode: 'defender.refusedAlways',
      waits: 9,
    });
    expect(trials).toHaveLength(10);
  });

  it('begins the next page without the refusals of the one before', async () => {
    const refusals = { counted: 2, lastAt: NOW, forbiddenSince: null };
    const world = openQueue(answered(machine(1)));

    await world.deliver({ ...FIRST, refusals });

    expect(world.seen).toMatchObject([{ attempt: { refusals } }]);
    expect(sentWork(world)).toMatchObject([{ seq: 1, refusals: NO_REFUSALS }]);
  });

  it.each([
    { what: 'is denied', outcome: unanswered('denied', 'defender.forbidden') },
    { what: 'cannot be had', outcome: unanswered('failed', 'defender.unavailable') },
    { what: 'is not had in a day', outcome: unanswered('expired', 'lookup.expired') },
  ])(
    'ends with the reason when the first page $what, and publishes nothing',
    async ({ outcome }) => {
      const world = openQueue(outcome);

      await world.drain(FIRST);

      const reasonCode = 'reason' in outcome ? outcome.reason.code : '';
      expect(await world.row()).toMatchObject({ status: 'failed', reasonCode, completedAt: NOW });
      expect(world.published).toEqual([]);
      expect(world.logger.lines).toMatchObject([{ level: 'warning', event: 'inventory.ended' }]);
    },
  );

  it('ends with the reason when rights are taken away in the middle', async () => {
    const world = openQueue(answered(machine(1)), unanswered('denied', 'defender.forbidden'));

    await world.drain(FIRST);

    expect(await world.row()).toMatchObject({ reasonCode: 'defender.forbidden' });
    expect(world.published).toEqual([]);
  });

  it('writes down what it has, in doubt, when a later page cannot be had', async () => {
    const world = openQueue(answered(machine(1)), unanswered('failed', 'defender.unavailable'));

    await world.drain(FIRST);

    expect(world.published[0]?.walked.head.state).toMatchObject({
      phase: { kind: 'done' },
      doubts: ['inventory.pageFailed'],
    });
  });

  it('asks without a count where the service does not take one, and counts the call', async () => {
    const counted: StepResult = {
      step: 'machineList',
      endpoint: 'machines',
      outcome: 'answered',
      answer: {
        status: 200,
        machines: [machine(1)],
        alerts: [],
        file: null,
        correlationId: null,
        list: listNotes({ skippedAt: [0], mistypedAt: [1] }),
      },
      calledAt: NOW,
      fromCache: false,
      waitedMs: 0,
    };
    const world = openQueue(unanswered('failed', 'defender.rejected'), counted);

    await world.deliver(FIRST);
    await world.deliver({ ...FIRST, seq: 1 });

    expect(world.seen.map(({ query }) => query)).toMatchObject([{ count: true }, { count: false }]);
    expect(await world.row()).toMatchObject({ status: 'running', seq: 2, machines: 1 });
  });

  it('fails with the reason when the service takes the filter no more without a count', async () => {
    const refused = unanswered('failed', 'defender.rejected');
    const world = openQueue(refused, refused);

    await world.drain(FIRST);

    expect(await world.row()).toMatchObject({ status: 'failed', reasonCode: 'defender.rejected' });
  });

  it('ends a run whose pages are gone when the walk is to be compared with them', async () => {
    const list = [answered(machine(1), machine(2)), answered(machine(2)), answered()];
    const world = openQueue(...list);
    for (const seq of [0, 1]) await world.deliver({ ...FIRST, seq });
    world.blobs.blobs.delete(`work/${RUN_ID}/00000.v2.ndjson.gz`);

    await world.deliver({ ...FIRST, seq: 2 });

    expect(await world.row()).toMatchObject({ reasonCode: 'inventory.pagesGone' });
  });

  it('sends the message again, later, while storage is down, and loses nothing', async () => {
    const world = openQueue(answered(machine(1)), answered(machine(1)));
    const create = world.blobs.create.bind(world.blobs);
    world.blobs.create = () => Promise.reject(new StorageUnavailableError('write', '503'));

    await world.deliver(FIRST);

    const [again] = sentWork(world);
    const afterwards = world.sent.length;
    world.blobs.create = create;
    await world.deliver(again ?? FIRST);
    expect(afterwards).toBe(1);
    expect(again).toMatchObject({ seq: 0, hop: 1, failures: 1, ticket: null });
    expect(world.sent[0]?.scheduledAt).toBe(NOW + 30_000);
    expect(await world.row()).toMatchObject({ status: 'running', seq: 1, machines: 1 });
  });

  describe.each([
    {
      what: 'the disk is full',
      error: Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
      reasonCode: 'inventory.publishFailed',
      condition: `run ${RUN_ID}: ENOSPC`,
    },
    {
      what: 'a file is not what it should be',
      error: new SyntaxError('Unexpected token in {"computerDnsName":"secret"}'),
      reasonCode: 'inventory.publishFailed',
      condition: `run ${RUN_ID}: SyntaxError`,
    },
    {
      what: 'storage takes no files',
      error: new StorageUnavailableError('write blob v1', '503'),
      reasonCode: 'storage.unavailable',
      condition: 'write blob v1: 503',
    },
  ])('publishing while $what', ({ error, reasonCode, condition }) => {
    const LAST = { ...FIRST, seq: 1 };

    async function openBehindTheWalk() {
      const world = openQueue();
      await world.runs.insert(newRun(SLOT, NOW));
      const state = { ...WALK_START, phase: { kind: 'done' } } as const;
      const head = { state, totals: NO_TOTALS, filterText: null };
      await new PageStore(world.blobs).put(RUN_ID, 0, head);
      world.during.publish = () => Promise.reject(error);
      return world;
    }

    it('is tried again, later each time, and the run does not seem to stand still', async () => {
      const world = await openBehindTheWalk();
      const waitedMinutes: number[] = [];

      for (let tries = 0; tries < 6; tries++) {
        await world.deliver(sentWork(world).at(-1) ?? LAST);
        const { scheduledAt = 0 } = world.sent.at(-1) ?? {};
        expect(await world.row()).toMatchObject({ status: 'running', nextAt: scheduledAt });
        waitedMinutes.push((scheduledAt - world.time.now) / 60_000);
        world.time.now = scheduledAt;
      }

      expect(waitedMinutes).toEqual([0.5, 2, 8, 30, 30, 30]);
      expect(world.logger.lines[0]?.fields['condition']).toContain(condition);
      expect(JSON.stringify(world.logger.lines)).not.toContain('secret');
    });

    it('is done as soon as that has passed', async () => {
      const world = await openBehindTheWalk();
      await world.deliver(LAST);
      world.during.publish = () => Promise.resolve(null);

      await world.deliver(sentWork(world)[0] ?? LAST);

      expect(await world.row()).toMatchObject({ status: 'published', reasonCode: null });
    });

    it('ends the run with a reason when that has not passed in a day', async () => {
      const world = await openBehindTheWalk();
      world.time.now = NOW + DAY_MS;

      await world.deliver(LAST);

      expect(await world.row()).toMatchObject({ status: 'failed', reasonCode });
      expect(world.logger.lines).toMatchObject([{ level: 'warning', event: 'inventory.ended' }]);
      expect(world.sent).toEqual([]);
    });
  });

  it('ends a run whose filter is changed in the middle, before the lists mix', async () => {
    const world = openQueue(answered(machine(1)));
    await world.deliver(FIRST);

    world.settings.filterText = "riskScore eq 'High'";
    await world.deliver({ ...FIRST, seq: 1 });

    expect(await world.row()).toMatchObject({
      status: 'failed',
      reasonCode: 'inventory.filterChanged',
    });
    expect(world.seen).toHaveLength(1);
  });

  it('ends a run whose pages are gone', async () => {
    const world = openQueue();
    await world.runs.insert({ ...newRun(SLOT, NOW), seq: 3 });

    await world.deliver({ ...FIRST, seq: 3 });

    expect(await world.row()).toMatchObject({
      status: 'failed',
      reasonCode: 'inventory.pagesGone',
    });
  });

  it('puts what is no message of ours into quarantine', async () => {
    const world = openQueue();

    await world.deliver({ ...FIRST, runId: '../latest' });

    expect(world.sent.map(({ subject }) => subject)).toHaveLength(1);
    expect(JSON.parse(world.sent[0]?.body.toString() ?? '')).toMatchObject({
      recordType: 'quarantine',
      reason: { code: 'message.notWork' },
    });
    expect(await world.runs.list(0)).toEqual([]);
  });
});
