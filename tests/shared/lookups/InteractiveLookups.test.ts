import { InteractiveLookups } from '../../../shared/lookups/InteractiveLookups';
import type { StepResult } from '../../../shared/calls/Progress';
import { FIRST_TRIAL, type Postponed, type StepAttempt } from '../../../shared/calls/StepAttempt';
import type { Amnesia } from '../../../shared/quota/CalendarStatus';
import type { RecentLookup } from '../../../shared/activity/RecentLookup';
import { RecordingLogger } from '../telemetry/RecordingLogger';
import {
  aLookup,
  aMachine,
  anAnswer,
  answeredStep,
  machineId,
  NOW,
  unansweredStep,
} from './aLookup';

const MAX_WAIT_MS = 10_000;
const SLOT_AT = NOW + 40_000;

const found = answeredStep('machine', anAnswer({ machines: [aMachine(machineId('a'))] }));
const farSlot: Postponed = { ...FIRST_TRIAL, outcome: 'postponed', resumeAt: SLOT_AT };

interface World {
  readonly steps?: (attempt: StepAttempt) => StepResult | Postponed;
  readonly isBroken?: boolean;
  readonly amnesia?: Amnesia;
}

function worldOf({ steps = () => found, isBroken = false, amnesia }: World = {}) {
  const attempts: StepAttempt[] = [];
  const logger = new RecordingLogger();
  const recent: RecentLookup[] = [];
  const lookups = new InteractiveLookups({
    steps: {
      run: async (_planned, attempt) => {
        attempts.push(attempt);
        return steps(attempt);
      },
    },
    isBroken: async () => isBroken,
    amnesiaOf: async () => amnesia ?? null,
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
    logger,
    recent: { add: (lookup) => recent.push(lookup) },
    settings: {
      internalIpRanges: [],
      ipAlerts: true,
      ipLastKnown: true,
      recheckAfterMs: 900_000,
      recheckKinds: [],
      portalOrigin: 'https://security.microsoft.com',
      maxWaitMs: MAX_WAIT_MS,
    },
  });
  return { lookups, attempts, logger, recent };
}

const device = aLookup('machine', machineId('a'), { replyTo: 'request' });

function answer(world: World, { deadlineInMs = 20_000 } = {}) {
  const { lookups, ...seen } = worldOf(world);
  const options = { deadlineAt: NOW + deadlineInMs, progress: [] };
  return { answer: lookups.answer(device, options), ...seen };
}

/** How long each ticket in turn may wait for its slot. */
async function waitsOf(tickets: number, deadlineInMs: number): Promise<(number | null)[]> {
  const waits: (number | null)[] = [];
  const steps = ({ request }: StepAttempt) => {
    for (let ticket = 0; ticket < tickets; ticket++) {
      const asked = request(ticket);
      waits.push(asked.lane === 'interactive' ? asked.maxWaitMs : NaN);
    }
    return found;
  };
  await answer({ steps }, { deadlineInMs }).answer;
  return waits;
}

describe('InteractiveLookups.answer()', () => {
  it('takes two tickets at most: a third is asked for only to learn when the next slot is', async () => {
    expect(await waitsOf(4, 20_000)).toEqual([MAX_WAIT_MS, MAX_WAIT_MS, null, null]);
  });

  it.each([
    { title: 'up to the deadline', deadlineInMs: 4_000, waitMs: 4_000 },
    { title: 'not at all once that is past', deadlineInMs: -1_000, waitMs: 0 },
  ])('waits for a slot $title', async ({ deadlineInMs, waitMs }) => {
    expect(await waitsOf(1, deadlineInMs)).toEqual([waitMs]);
  });

  it('is told of a missing right at once, and takes any answer that came after the request by every clock', async () => {
    const { attempts, answer: answered } = answer({});
    await answered;

    expect(attempts).toMatchObject([
      {
        isDeniedAtOnce: true,
        freshSinceAt: NOW + 1_000,
        deadlineAt: NOW + 20_000,
        ticket: null,
        failures: 0,
        tokenRefreshed: false,
        holder: { deliveredAs: null, isWaiting: false },
      },
    ]);
  });

  it('ends with a record, which the log and the list of recent lookups name', async () => {
    const { answer: answered, logger, recent } = answer({});

    expect(await answered).toMatchObject({ outcome: 'answered', record: { outcome: 'found' } });
    expect(logger.lines).toMatchObject([
      { event: 'lookup.ended', fields: { lookupId: device.id, requestId: device.request.id } },
    ]);
    expect(recent).toMatchObject([{ lookupId: device.id, at: new Date(NOW).toISOString() }]);
  });

  it.each<{ title: string; world: World; outcome: string }>([
    { title: 'noSlot: the next slot is far', world: { steps: () => farSlot }, outcome: 'noSlot' },
    {
      title: 'unavailable: calls of everybody fail',
      world: { steps: () => farSlot, isBroken: true },
      outcome: 'unavailable',
    },
    {
      title: 'rowLost: the calendar began anew',
      world: { steps: () => farSlot, amnesia: 'rowLost' },
      outcome: 'rowLost',
    },
    {
      title: 'rowUnreadable: the calendar could not be read',
      world: { steps: () => farSlot, amnesia: 'rowUnreadable' },
      outcome: 'rowUnreadable',
    },
    {
      title: 'unavailable: its own call has failed',
      world: { steps: () => ({ ...farSlot, failures: 1 }) },
      outcome: 'unavailable',
    },
  ])('says when to come back, $title', async ({ world, outcome }) => {
    const { answer: answered, logger } = answer(world);

    expect(await answered).toEqual({ outcome, resumeAt: SLOT_AT, progress: [] });
    expect(logger.lines).toEqual([]);
  });

  it('hands back how far it got', async () => {
    const ip = aLookup('ip', '10.1.2.3', { replyTo: 'request' });
    const first = answeredStep('findByIp', anAnswer());
    const results = [first, farSlot];
    const { lookups } = worldOf({ steps: () => results.shift() ?? farSlot });

    const answered = await lookups.answer(ip, { deadlineAt: NOW + 20_000, progress: [] });

    expect(answered).toMatchObject({ outcome: 'noSlot', progress: [first] });
  });

  it('ends with the outcome of a step that has no answer', async () => {
    const { answer: answered } = answer({ steps: () => unansweredStep('machine', 'denied') });

    expect(await answered).toMatchObject({ record: { outcome: 'denied', final: true } });
  });
});

describe('InteractiveLookups.refuse()', () => {
  it('has a record for a value that cannot be asked for', () => {
    const { lookups, logger } = worldOf();
    const reason = { code: 'ip.malformed', message: 'Not an IP address.' };

    expect(lookups.refuse(device, reason)).toMatchObject({ outcome: 'invalid', reason });
    expect(logger.lines).toMatchObject([
      { event: 'lookup.ended', fields: { requestId: device.request.id, correlationId: 'c1' } },
    ]);
  });
});
