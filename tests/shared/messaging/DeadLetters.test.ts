import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import type { DeadLetter, DrainLimits } from '../../../shared/messaging/DeadLetterQueue';
import { DeadLetters } from '../../../shared/messaging/DeadLetters';
import { RecordingLogger } from '../telemetry/RecordingLogger';

const NOW = Date.parse('2026-11-20T08:15:00Z');
const QUEUES = ['siem-indicators', 'lookups', 'inventory-pages'];

function aLetter(overrides: Partial<DeadLetter> & { readonly isRedriven?: boolean } = {}) {
  const { isRedriven = false, ...rest } = overrides;
  return (queue: string): DeadLetter => ({
    body: Buffer.from('{}'),
    brokerReason: 'MaxDeliveryCountExceeded: not consumed',
    hasExpired: false,
    source: {
      queue,
      messageId: 'm',
      correlationId: 'c',
      sequenceNumber: '1',
      enqueuedAt: NOW,
      deliveryCount: 10,
      applicationProperties: isRedriven ? { redriven: true } : {},
    },
    ...rest,
  });
}

/** One run over `letter` in each of `queues`. */
async function runOver(
  letter: (queue: string) => DeadLetter,
  {
    isReadable = true,
    fails = null,
    queues = ['lookups'],
  }: { isReadable?: boolean; fails?: string | null; queues?: readonly string[] } = {},
) {
  const takenBack: string[] = [];
  const givenUp: string[] = [];
  const limits: DrainLimits[] = [];
  const logger = new RecordingLogger();
  const letters = new DeadLetters({
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
    logger,
    queues: queues.map((queue) => ({
      letters: {
        drain: async (handle, given) => {
          limits.push(given);
          if (queue === fails) throw new BrokerUnreachableError(queue, 'ServiceTimeout');
          await handle(letter(queue));
        },
      },
      consumer: {
        takeBack: (_letter, deadlineAt) => {
          if (isReadable) takenBack.push(`${queue} until ${deadlineAt - NOW}`);
          return Promise.resolve(isReadable);
        },
        giveUp: (_letter, { code, message }) => {
          givenUp.push(`${queue} ${code} ${message}`);
          return Promise.resolve();
        },
      },
    })),
  });
  const failure = await letters.takeBack().then(
    () => null,
    (error: unknown) => error,
  );
  return { takenBack, givenUp, limits, failure, events: logger.lines };
}

describe('DeadLetters', () => {
  it('takes a message back, and tells of it', async () => {
    const { takenBack, givenUp, events } = await runOver(aLetter());

    expect([takenBack, givenUp]).toEqual([['lookups until 60000'], []]);
    expect(events).toMatchObject([
      {
        level: 'warning',
        event: 'deadLetter.takenBack',
        fields: { queue: 'lookups', messageId: 'm', correlationId: 'c' },
      },
    ]);
  });

  it.each([
    { title: 'was taken back before', letter: aLetter({ isRedriven: true }), isReadable: true },
    { title: 'has expired', letter: aLetter({ hasExpired: true }), isReadable: true },
    { title: 'cannot be read', letter: aLetter(), isReadable: false },
  ])('gives up what $title, with the words of the broker', async ({ letter, isReadable }) => {
    const { takenBack, givenUp, events } = await runOver(letter, { isReadable });

    const message = 'The broker gave up on its message: MaxDeliveryCountExceeded: not consumed';
    expect([takenBack, givenUp]).toEqual([[], [`lookups queue.deadLettered ${message}`]]);
    expect(events).toMatchObject([
      { level: 'error', event: 'deadLetter.givenUp', fields: { queue: 'lookups' } },
    ]);
  });

  it('takes at most 500 messages in a run, and gives every queue its share', async () => {
    const { limits } = await runOver(aLetter(), { queues: QUEUES });

    expect(limits).toEqual(QUEUES.map(() => ({ max: 166, deadlineAt: NOW + 60_000 })));
  });

  it('goes on with the other queues when one cannot be reached, and fails', async () => {
    const { takenBack, failure } = await runOver(aLetter(), { queues: QUEUES, fails: 'lookups' });

    expect(takenBack).toHaveLength(2);
    expect(failure).toEqual(new BrokerUnreachableError('lookups', 'ServiceTimeout'));
  });
});
