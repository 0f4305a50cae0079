import { LookupRunner, type LookupState } from '../../../shared/enrichment/LookupRunner';
import type { Postponed } from '../../../shared/enrichment/StepRunner';
import { WorkCodec } from '../../../shared/enrichment/WorkCodec';
import type { OutgoingMessage } from '../../../shared/messaging/QueueSender';
import { MemoryBlobStore } from '../storage/MemoryBlobStore';
import { silentLogger } from '../telemetry/silentLogger';
import { aLookup, machineId, NOW } from './aLookup';

const MINUTE_MS = 60_000;
const LEAD_MS = 1_500;

const ticket = { endpoint: 'machine', epoch: 'e', ordinal: 0, lane: 'interactive' } as const;

const newLookup: LookupState = {
  lookup: aLookup('machine', machineId('a')),
  ...{ generation: 0, secondLook: false, freshSinceAt: NOW, progress: [], step: null },
  ...{ hop: 0, attempt: 0, tokenRefreshed: false, isWaiting: false, ticket: null },
  ...{ isNew: true, delivery: null },
};

/** What a new lookup sends when its first step has to wait. */
async function sentWhen(postponed: Pick<Postponed, 'ticket' | 'until'>) {
  const sent: OutgoingMessage[] = [];
  const state = { attempt: 0, tokenRefreshed: false, isWaiting: false };
  const clock = { now: () => NOW, sleep: () => Promise.resolve() };
  const runner = new LookupRunner({
    steps: { run: async () => ({ outcome: 'postponed', ...state, ...postponed }) },
    codec: new WorkCodec({ results: new MemoryBlobStore(), tenantId: 't1', clock }),
    lookups: { send: async (messages) => void sent.push(...messages) },
    publisher: { postponed: async () => undefined, publish: async () => undefined },
    clock,
    random: { next: () => 0.5 },
    logger: silentLogger,
    settings: {
      ...{ ipAlerts: false, ipLastKnown: false, recheckAfterMs: 0, recheckKinds: [] },
      ...{ portalOrigin: 'https://security.microsoft.com', leadMs: LEAD_MS },
    },
  });
  await runner.run(newLookup, NOW + MINUTE_MS);
  return sent;
}

describe('LookupRunner.run()', () => {
  it.each([
    { title: 'a little before the slot of its ticket', ticket, earlierMs: LEAD_MS },
    { title: 'when it was told, without a ticket', ticket: null, earlierMs: 0 },
  ])('has a lookup that must wait woken $title', async ({ ticket, earlierMs }) => {
    const until = NOW + 10 * MINUTE_MS;

    const sent = await sentWhen({ ticket, until });

    expect(sent.map(({ scheduledAt }) => scheduledAt)).toEqual([until - earlierMs]);
  });
});
