import { InvocationContext, type Timer } from '@azure/functions';
import { createInventoryStartHandler } from '../../../functions/inventoryStart/handler';
import { InventoryRuns } from '../../../shared/inventory/run/InventoryRuns';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import type { OutgoingMessage, QueueSender } from '../../../shared/messaging/QueueSender';
import { MemoryRunStore } from '../../shared/inventory/MemoryRunStore';
import { RecordingLogger } from '../../shared/telemetry/RecordingLogger';

const FIRED_AT = Date.parse('2026-01-31T02:15:00Z');
const timer: Timer = {
  isPastDue: false,
  schedule: { adjustForDST: false },
  scheduleStatus: { last: '', next: '', lastUpdated: '' },
};

function open(send: QueueSender['send'], now = FIRED_AT) {
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const logger = new RecordingLogger();
  const runs = new InventoryRuns({ runs: new MemoryRunStore(), sender: { send }, clock, logger });
  return createInventoryStartHandler({ inventory: { runs } });
}

describe('inventoryStart', () => {
  it('asks for the first page of the slot, with equal messages from two instances', async () => {
    const sent: OutgoingMessage[] = [];
    const send = (messages: readonly OutgoingMessage[]) => {
      sent.push(...messages);
      return Promise.resolve();
    };

    await open(send)(timer, new InvocationContext());
    await open(send, FIRED_AT + 1_300)({ ...timer, isPastDue: true }, new InvocationContext());

    expect(sent.map(({ messageId }) => messageId)).toEqual([
      '20260131T021000000Z:0:0:0',
      '20260131T021000000Z:0:0:0',
    ]);
  });

  it('fails when the broker is gone, so that the platform shows it', async () => {
    const gone = () => Promise.reject(new BrokerUnreachableError('inventory-pages', 'gone'));

    const firing = Promise.resolve(open(gone)(timer, new InvocationContext()));

    await expect(firing).rejects.toThrow(BrokerUnreachableError);
  });
});
