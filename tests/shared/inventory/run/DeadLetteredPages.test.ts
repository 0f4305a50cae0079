import { DeadLetteredPages } from '../../../../shared/inventory/run/DeadLetteredPages';
import { messageIdOf, readPageWork } from '../../../../shared/inventory/run/inventoryMessage';
import type { OutgoingMessage } from '../../../../shared/messaging/QueueSender';
import { FIRST, NOW, TICKET } from '../queueHarness';

async function takeBack(body: string) {
  const sent: OutgoingMessage[] = [];
  const quarantined: string[] = [];
  const pages = new DeadLetteredPages({
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
    sender: {
      send: (messages) => {
        sent.push(...messages);
        return Promise.resolve();
      },
    },
    quarantine: {
      putMessage: (bytes, _source, { code }) => {
        quarantined.push(`${code} ${bytes.toString()}`);
        return Promise.resolve();
      },
    },
  });
  const letter = {
    body: Buffer.from(body),
    brokerReason: 'MaxDeliveryCountExceeded',
    hasExpired: false,
    source: {
      queue: 'inventory-pages',
      messageId: 'm',
      correlationId: null,
      sequenceNumber: '1',
      enqueuedAt: NOW,
      deliveryCount: 10,
      applicationProperties: {},
    },
  };
  return { isTaken: await pages.takeBack(letter), sent };
}

describe('a page of the inventory that the broker gave up on', () => {
  it('is asked for again as its next hop, without its ticket', async () => {
    const { isTaken, sent } = await takeBack(JSON.stringify({ ...FIRST, ticket: TICKET }));

    expect(isTaken).toBe(true);
    const next = { ...FIRST, hop: 1, ticket: null };
    expect(sent).toMatchObject([
      {
        messageId: messageIdOf(next),
        applicationProperties: { redriven: true },
        scheduledAt: NOW,
      },
    ]);
    expect(sent.map(({ body }) => readPageWork(body, NOW))).toEqual([next]);
  });

  it('is given up if it cannot be read', async () => {
    expect(await takeBack('{}')).toEqual({ isTaken: false, sent: [] });
  });
});
