import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import { queueLoad } from '../../../../cli/plan/load/queueLoad';
import { FIRST_TRIAL } from '../../../../shared/calls/StepAttempt';
import { WorkCodec } from '../../../../shared/lookups/WorkCodec';
import type { Ticket } from '../../../../shared/quota/Quota';
import { MemoryBlobStore } from '../../../shared/storage/MemoryBlobStore';
import { aLookup, NOW } from '../../../shared/lookups/aLookup';

const TICKET: Ticket = {
  lane: 'bulk',
  flow: 'normal',
  endpoint: 'findByIp',
  epoch: 'e',
  ordinal: 7,
};
const SETTINGS = { tenantId: 't1', internalIpRanges: [], maxAgeMs: 3_600_000 };

const message = (body: Buffer | string, changes: Partial<ServiceBusReceivedMessage> = {}) =>
  ({ body: Buffer.from(body), enqueuedTimeUtc: new Date(NOW - 1_000), ...changes }) as never;

function browserOf(messages: readonly ServiceBusReceivedMessage[]) {
  const looks = [messages, []];
  return { next: () => Promise.resolve(looks.shift() ?? []) };
}

describe('queueLoad()', () => {
  it('looks at new messages and at those that wait, with their places and their times', async () => {
    const codec = new WorkCodec({
      results: new MemoryBlobStore(),
      tenantId: 't1',
      clock: { now: () => NOW },
    });
    const work = {
      type: 'lookup',
      ...FIRST_TRIAL,
      lookup: aLookup('ip', '10.1.2.3'),
      generation: 0,
      isRecheck: false,
      freshSinceAt: NOW,
      progress: [],
      step: 'findByIp',
      hop: 0,
      ticket: TICKET,
    } as const;
    const { body } = await codec.encode(work, NOW + 60_000);
    const queues: Readonly<Record<string, readonly ServiceBusReceivedMessage[]>> = {
      siem: [message('{"indicators":["10.1.2.4","n/a",{"ip":"10.1.2.5"}]}'), message('{"ip":')],
      lookups: [
        message(body, { scheduledEnqueueTimeUtc: new Date(NOW + 60_000) }),
        message('{"type":"other"}'),
      ],
    };

    const load = await queueLoad({
      queues: { siem: 'siem', lookup: 'lookups' },
      browse: (queue) => browserOf(queues[queue] ?? []),
      codec,
      settings: SETTINGS,
      now: NOW,
    });

    expect(
      load.waiting.map(({ lookup, isNew, asksAt, ticket }) => ({
        value: lookup.indicator.value,
        isNew,
        inMs: asksAt - NOW,
        ticket: ticket?.ordinal ?? null,
      })),
    ).toEqual([
      { value: '10.1.2.3', isNew: false, inMs: 60_000, ticket: 7 },
      { value: '10.1.2.4', isNew: true, inMs: 0, ticket: null },
      { value: '10.1.2.5', isNew: true, inMs: 0, ticket: null },
    ]);
    expect(load.unreadable.map(({ reason }) => reason.code)).toEqual([
      'message.notWork',
      'message.notJson',
    ]);
  });
});
