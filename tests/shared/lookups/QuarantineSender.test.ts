import { QuarantineSender } from '../../../shared/lookups/QuarantineSender';
import { WorkCodec } from '../../../shared/lookups/WorkCodec';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { MessageRefusedError } from '../../../shared/messaging/MessageRefusedError';
import type { OutgoingMessage } from '../../../shared/messaging/QueueSender';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { RecordingLogger } from '../telemetry/RecordingLogger';
import { NOW } from './aLookup';

const MINUTE_MS = 60_000;
const copy: OutgoingMessage = {
  messageId: `q_${'1'.repeat(40)}`,
  body: Buffer.from('{"recordType":"quarantine"}'),
  contentType: 'application/json',
  applicationProperties: { reasonCode: 'message.notJson' },
};

function setUp(refusal: Error | null) {
  const quarantined: OutgoingMessage[] = [];
  const delayed: OutgoingMessage[] = [];
  const queue = { refusal };
  const clock = { now: () => NOW, sleep: () => Promise.resolve() };
  const codec = new WorkCodec({ results: new MemoryBlobStore(), tenantId: 't1', clock });
  const logger = new RecordingLogger();
  const sender = new QuarantineSender({
    codec,
    clock,
    logger,
    random: { next: () => 0.5 },
    lookups: { send: async (messages) => void delayed.push(...messages) },
    quarantine: {
      send: async (messages) => {
        if (queue.refusal) throw queue.refusal;
        quarantined.push(...messages);
      },
    },
  });
  return { sender, codec, queue, quarantined, delayed, logger };
}

describe('QuarantineSender', () => {
  it('sends to the quarantine queue', async () => {
    const { sender, quarantined, delayed } = setUp(null);

    await sender.send([copy]);

    expect(quarantined).toEqual([copy]);
    expect(delayed).toEqual([]);
  });

  it.each(['QuotaExceeded', 'MessagingEntityDisabled'])(
    'lets what is refused (%s) wait on the work queue, longer each time, until it is taken',
    async (condition) => {
      const { sender, codec, queue, quarantined, delayed, logger } = setUp(
        new MessageRefusedError('quarantine', condition),
      );
      await sender.send([copy]);
      for (let hop = 0; hop < 5; hop++) {
        const work = await codec.decode(delayed.at(-1)?.body ?? Buffer.of());
        if (work.type !== 'quarantine') throw new Error(work.type);
        if (hop === 4) queue.refusal = null;
        await sender.resume(work);
      }

      expect(delayed.map(({ scheduledAt = 0 }) => scheduledAt - NOW)).toEqual([
        0.5 * MINUTE_MS,
        2 * MINUTE_MS,
        8 * MINUTE_MS,
        30 * MINUTE_MS,
        30 * MINUTE_MS,
      ]);
      expect(new Set(delayed.map(({ messageId }) => messageId)).size).toBe(5);
      expect(quarantined).toEqual([copy]);
      expect(logger.lines[0]).toMatchObject({ level: 'warning', event: 'quarantine.delayed' });
    },
  );

  it('does not let a copy that is too large come round again', async () => {
    const refusal = new MessageRefusedError('quarantine', 'MessageSizeExceeded');
    const { sender, delayed } = setUp(refusal);

    await expect(sender.resume({ type: 'quarantine', copy, hop: 0 })).rejects.toBe(refusal);
    expect(delayed).toEqual([]);
  });

  it('has the delivery repeated when there is no broker', async () => {
    const { sender } = setUp(new BrokerUnreachableError('quarantine', 'ServiceTimeout'));

    await expect(sender.send([copy])).rejects.toBeInstanceOf(BrokerUnreachableError);
  });
});
