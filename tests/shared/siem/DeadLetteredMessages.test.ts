import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import type { DeadLetter } from '../../../shared/messaging/DeadLetterQueue';
import type { Arrival } from '../../../shared/siem/Arrival';
import { DeadLetteredMessages } from '../../../shared/siem/DeadLetteredMessages';

const TENANT = '11111111-2222-3333-4444-555555555555';
const NOW = Date.parse('2026-11-20T08:15:00Z');

const letter = (body: string): DeadLetter => ({
  body: Buffer.from(body),
  brokerReason: 'MaxDeliveryCountExceeded',
  hasExpired: false,
  source: {
    queue: 'siem-indicators',
    messageId: null,
    correlationId: null,
    sequenceNumber: '7',
    enqueuedAt: NOW - 3_600_000,
    deliveryCount: 10,
    applicationProperties: {},
  },
});

async function takeBack(body: string, failure: Error | null = null) {
  const taken: [string, Arrival, number][] = [];
  const messages = new DeadLetteredMessages({
    tenantId: TENANT,
    quarantine: { putMessage: () => Promise.resolve() },
    intake: {
      take: (bytes, arrival, _source, deadlineAt) => {
        if (failure) return Promise.reject(failure);
        taken.push([bytes.toString(), arrival, deadlineAt]);
        return Promise.resolve();
      },
    },
  });
  return { isTaken: await messages.takeBack(letter(body), NOW), taken };
}

describe('a SIEM message that the broker gave up on', () => {
  it('is taken in where it lies, as the message that it was', async () => {
    const { isTaken, taken } = await takeBack('10.1.2.3');

    expect(isTaken).toBe(true);
    expect(taken).toMatchObject([
      [
        '10.1.2.3',
        {
          channel: 'queue',
          receivedAt: NOW - 3_600_000,
          arrivalId: ['sequence', 'siem-indicators', '7', String(NOW - 3_600_000)],
        },
        NOW,
      ],
    ]);
  });

  it('is given up if it cannot be read', async () => {
    expect(await takeBack('{"half":')).toEqual({ isTaken: false, taken: [] });
  });

  it('waits for the next run if something that the app needs is away', async () => {
    const away = new BrokerUnreachableError('lookups', 'ServiceTimeout');

    await expect(takeBack('10.1.2.3', away)).rejects.toBe(away);
  });

  it('is given up after a fault that the next run would meet again', async () => {
    expect((await takeBack('10.1.2.3', new TypeError('bug'))).isTaken).toBe(false);
  });
});
