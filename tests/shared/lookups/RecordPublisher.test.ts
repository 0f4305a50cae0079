import { buildRecord } from '../../../shared/records/buildRecord';
import type { LookupHead } from '../../../shared/lookups/Lookup';
import type { StepResult } from '../../../shared/calls/Progress';
import { RecordPublisher } from '../../../shared/lookups/RecordPublisher';
import type { Work } from '../../../shared/lookups/Work';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { MessageRefusedError } from '../../../shared/messaging/MessageRefusedError';
import type { OutputFormat } from '../../../shared/projections/OutputFormat';
import { PROJECTIONS } from '../../../shared/projections/projections';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
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

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

const device = aLookup('machine', machineId('a'));
const overHttp = { ...device, replyTo: 'request' } as const;

const recordOf = (result: StepResult) => {
  const options = { generation: 2, final: true, now: NOW };
  return buildRecord(device, [result], { portalOrigin: 'https://security.microsoft.com' }, options);
};
const found = recordOf(answeredStep('machine', anAnswer({ machines: [aMachine(machineId('a'))] })));

/** A publisher whose output queue, or every queue, fails as said. */
function worldOf({
  output,
  format = 'native',
}: { readonly output?: Error; readonly format?: OutputFormat } = {}) {
  /** What happened outside, in order. */
  const journal: unknown[] = [];
  const putOff: { readonly work: Work; readonly inMs: number }[] = [];
  const bodies: unknown[] = [];
  const logger = new RecordingLogger();
  const publisher = new RecordPublisher({
    output: {
      send: async (messages) => {
        if (output) throw output;
        for (const { messageId, body } of messages) {
          journal.push(['sent', messageId]);
          bodies.push(JSON.parse(body.toString()));
        }
      },
    },
    lookups: { send: async () => void journal.push(['put off']) },
    codec: {
      encode: async (work, scheduledAt) => {
        putOff.push({ work, inMs: scheduledAt - NOW });
        return { messageId: 'm', body: Buffer.from('{}'), contentType: 'application/json' };
      },
    },
    quarantine: {
      putLookup: async (lookup, recordId, { code }) =>
        void journal.push(['quarantined', lookup, recordId, code]),
      putMessage: async (body, { queue, messageId }, { code }) =>
        void journal.push(['put aside', JSON.parse(body.toString()), queue, messageId, code]),
    },
    requests: {
      complete: async ({ id }) => void journal.push(['answered over HTTP', id]),
      postponed: async ({ id }, until) => void journal.push(['told to wait', id, until]),
    },
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
    random: { next: () => 0.5 },
    logger,
    recent: { add: ({ lookupId }) => journal.push(['ended', lookupId]) },
    results: new MemoryBlobStore(),
    publicBaseUrl: null,
    keepMs: MINUTE_MS,
    project: PROJECTIONS[format],
  });
  return { publisher, journal, putOff, bodies, logger };
}

describe('RecordPublisher.publish()', () => {
  it.each(['denied', 'expired', 'failed'] as const)(
    'sends a copy for replay to the quarantine first, and the record last: %s',
    async (outcome) => {
      const { publisher, journal } = worldOf();
      const record = recordOf(unansweredStep('machine', outcome));

      await publisher.publish(record, device);

      const replayable = { ...device, generation: 2 };
      expect(journal).toEqual([
        ['quarantined', replayable, record.id, `code.${outcome}`],
        ['sent', record.id],
        ['ended', device.id],
      ]);
    },
  );

  it.each([found, recordOf(unansweredStep('machine', 'invalid'))])(
    'sends the record alone when there is nothing to replay: $outcome',
    async (record) => {
      const { publisher, journal } = worldOf();

      await publisher.publish(record, device);

      expect(journal).toEqual([
        ['sent', record.id],
        ['ended', device.id],
      ]);
    },
  );

  it('answers an HTTP request in its own state, and no queue hears of it', async () => {
    const { publisher, journal } = worldOf();
    const record = recordOf(unansweredStep('machine', 'failed'));

    await publisher.publish(record, overHttp);

    expect(journal).toEqual([
      ['answered over HTTP', record.id],
      ['ended', device.id],
    ]);
  });

  it('puts a record aside for good that is too large for the output queue', async () => {
    const output = new MessageRefusedError('enriched-machines', 'MessageSizeExceeded');
    const { publisher, journal, putOff } = worldOf({ output, format: 'ocsf' });

    await publisher.publish(found, device);

    expect(putOff).toEqual([]);
    expect(journal[0]).toEqual([
      'put aside',
      found,
      'enriched-machines',
      found.id,
      'lookup.tooLarge',
    ]);
  });

  it('writes records in the format of the output queue', async () => {
    const { publisher, bodies } = worldOf({ format: 'ecs' });

    await publisher.publish(found, device);

    expect(bodies).toEqual([expect.objectContaining({ mde_enrichment: found })]);
  });

  it('puts a record off that the output queue does not take', async () => {
    const output = new MessageRefusedError('enriched-machines', 'QuotaExceeded');
    const { publisher, journal, putOff, logger } = worldOf({ output, format: 'ocsf' });

    await publisher.publish(found, device);

    expect(putOff).toEqual([
      { work: { type: 'publish', record: found, hop: 0 }, inMs: 30 * SECOND_MS },
    ]);
    expect(journal).toEqual([['put off'], ['ended', device.id]]);
    expect(logger.lines).toMatchObject([
      { event: 'publish.delayed', fields: { recordId: found.id, condition: 'QuotaExceeded' } },
      { event: 'lookup.ended', fields: { lookupId: device.id, outcome: 'found' } },
    ]);
  });

  it('fails when the broker is out of reach, so that the delivery is repeated', async () => {
    const output = new BrokerUnreachableError('enriched-machines', 'ServiceTimeout');
    const { publisher, putOff, logger } = worldOf({ output });

    await expect(publisher.publish(found, device)).rejects.toBe(output);
    expect([putOff, logger.lines]).toEqual([[], []]);
  });
});

describe('RecordPublisher.resume()', () => {
  it('sends the record once more', async () => {
    const { publisher, journal } = worldOf();

    await publisher.resume(found, 3);

    expect(journal).toEqual([['sent', found.id]]);
  });

  it('writes and shortens what waited in another format as it is now', async () => {
    const machines = Array.from({ length: 160 }, (_, index) =>
      aMachine(index.toString(16).padStart(40, '0'), { computerDnsName: 'x'.repeat(900) }),
    );
    const step = answeredStep('findByIp', anAnswer({ machines }));
    const options = { generation: 0, final: true, now: NOW };
    const settings = { portalOrigin: 'https://security.microsoft.com' };
    const record = buildRecord(aLookup('ip', '10.1.2.3'), [step], settings, options);
    const { publisher, bodies } = worldOf({ format: 'ecs' });

    await publisher.resume(record, 0);

    expect(JSON.stringify(record).length).toBeGreaterThan(192 * 1024);
    expect(Buffer.byteLength(JSON.stringify(bodies[0]))).toBeLessThan(192 * 1024);
    expect(bodies[0]).toHaveProperty('mde_enrichment.truncated.machines.total', 160);
  });

  it('puts it off for longer with every hop, and never gives up', async () => {
    const output = new MessageRefusedError('enriched-machines', 'EntityDisabled');
    const { publisher, putOff } = worldOf({ output });

    for (const hop of [0, 1, 2, 1_000])
      await expect(publisher.resume(found, hop)).resolves.toBe(false);

    expect(putOff.map(({ work, inMs }) => [work.hop, inMs / MINUTE_MS])).toEqual([
      [1, 2],
      [2, 8],
      [3, 30],
      [1_001, 30],
    ]);
  });
});

describe('RecordPublisher.postponed()', () => {
  it.each<{ title: string; lookup: LookupHead; told: unknown[] }>([
    {
      title: 'tells whoever polls for it',
      lookup: overHttp,
      told: [['told to wait', device.id, NOW + MINUTE_MS]],
    },
    { title: 'has nobody to tell about a lookup of the queue', lookup: device, told: [] },
  ])('$title', async ({ lookup, told }) => {
    const { publisher, journal } = worldOf();

    await publisher.postponed(lookup, NOW + MINUTE_MS);

    expect(journal).toEqual(told);
  });
});
