import { setImmediate as turn } from 'node:timers/promises';
import type { EnrichmentRecord } from '../../../shared/records/EnrichmentRecord';
import type { LookupHead } from '../../../shared/lookups/Lookup';
import type { LookupEnd } from '../../../shared/lookups/LookupEnd';
import type { LookupState } from '../../../shared/lookups/LookupRunner';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import type { RequestKeeper } from '../../../shared/requestRecords/RequestKeeper';
import { Intake } from '../../../shared/siem/Intake';
import { silentLogger } from '../telemetry/silentLogger';

const TENANT = '11111111-2222-3333-4444-555555555555';
const NOW = Date.parse('2026-11-20T08:15:00Z');
const DEADLINE_AT = NOW + 60_000;
const ENQUEUED_AT = NOW - 5_000;

const source = {
  queue: 'siem-indicators',
  messageId: 'm1',
  correlationId: null,
  sequenceNumber: '7',
  enqueuedAt: ENQUEUED_AT,
  deliveryCount: 1,
  applicationProperties: {},
};
const arrival = {
  ...({ channel: 'queue', replyTo: 'queue', messageId: 'm1', correlationId: null } as const),
  receivedAt: ENQUEUED_AT,
  arrivalId: ['message', 'm1'],
  ingestCaller: null,
};

const waiting = ({ lookup, generation }: LookupState): LookupEnd => ({
  state: 'waiting',
  lookup,
  generation,
  endpoint: 'machine',
  waitsFor: 'slot',
  resumeAt: NOW + 60_000,
});

/** Takes a message in; tells which lookups were started, which records published and what was quarantined. */
async function take(message: string, { fails }: { readonly fails?: string } = {}) {
  const started: LookupState[] = [];
  const deadlines: number[] = [];
  const published: [EnrichmentRecord, LookupHead][] = [];
  const taken: Parameters<RequestKeeper['taken']>[] = [];
  const quarantined: string[] = [];
  /** What fails does so at once, all else a little later. */
  const work = async (head: LookupHead) => {
    if (head.subject.value === fails) throw new BrokerUnreachableError('lookups', 'ServiceTimeout');
    await turn();
  };
  const intake = new Intake({
    lookups: {
      run: async (state, deadlineAt) => {
        await work(state.lookup);
        started.push(state);
        deadlines.push(deadlineAt);
        return waiting(state);
      },
    },
    publisher: {
      publish: async (record, head) => {
        await work(head);
        published.push([record, head]);
        return { state: 'ended', record, isOut: true, isQuarantined: false };
      },
    },
    requests: { taken: async (...request) => void taken.push(request) },
    quarantine: {
      putMessage: (body, _source, { code }, path) => {
        quarantined.push(
          path == null
            ? `${code} of ${body.toString()}`
            : `${code} of ${body.toString()} at ${path}`,
        );
        return Promise.resolve();
      },
    },
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
    logger: silentLogger,
    settings: {
      tenantId: TENANT,
      internalIpRanges: [],
      maxAgeMs: 86_400_000,
      portalOrigin: 'https://security.microsoft.com',
    },
  });
  const failure = await intake.take(Buffer.from(message), arrival, source, DEADLINE_AT).then(
    () => null,
    (error: unknown) => error,
  );
  const values = started.map(({ lookup }) => lookup.subject.value);
  return { started, values, deadlines, published, quarantined, taken, failure };
}

describe('Intake.take()', () => {
  it('starts a lookup for every indicator, new and of this delivery', async () => {
    const { started, deadlines, ...others } = await take('10.1.2.3\ndesktop-17');

    expect(started.map(({ lookup }) => lookup.subject.kind)).toEqual(['ip', 'host']);
    expect(started[0]).toMatchObject({
      isNew: true,
      delivery: source,
      isRedelivered: false,
      generation: 0,
      isRecheck: false,
      hop: 0,
      failures: 0,
      step: null,
      ticket: null,
      progress: [],
      isWaiting: false,
      tokenRefreshed: false,
    });
    expect(deadlines).toEqual([DEADLINE_AT, DEADLINE_AT]);
    expect(others).toMatchObject({ published: [], quarantined: [], failure: null });
  });

  it('takes any answer that came since the message was enqueued', async () => {
    const { started } = await take('10.1.2.3');

    expect(started[0]?.freshSinceAt).toBe(ENQUEUED_AT);
  });

  it('publishes a record at once for a value that cannot be asked for, and asks for the rest', async () => {
    const { values, published } = await take(
      '{"indicators":[{"ip":"127.0.0.1"},{"ip":"10.1.2.3"}]}',
    );

    expect(values).toEqual(['10.1.2.3']);
    expect(published).toMatchObject([
      [
        { outcome: 'invalid', reason: { code: 'ip.notRoutable' }, final: true },
        { position: 1, of: 2, replyTo: 'queue' },
      ],
    ]);
  });

  it('takes in every event of a message, and puts aside alone what cannot be read of it', async () => {
    const wazuh = {
      id: 'a',
      rule: { level: 3 },
      manager: { name: 'x' },
      data: { srcip: '10.1.2.3' },
    };
    const { values, started, quarantined } = await take(
      `${JSON.stringify(wazuh)}\n{"broken":\n${JSON.stringify({ ...wazuh, id: 'b' })}`,
    );

    expect(values).toEqual(['10.1.2.3', '10.1.2.3']);
    expect(started.map(({ lookup }) => lookup.request.eventId)).toEqual(['a', 'b']);
    expect(quarantined).toEqual(['message.notJson of {"broken": at line 2']);
  });

  it('puts the whole message aside once when it holds many events that cannot be read', async () => {
    const { values, quarantined } = await take(
      `{"sourceIp":"10.1.2.3"}\n${'{"title":"x"}\n'.repeat(51)}`,
    );

    expect(values).toEqual(['10.1.2.3']);
    expect(quarantined).toEqual([expect.stringMatching(/^message.noIndicator of \{"sourceIp"/)]);
  });

  it('ends quietly with an event of a known format that names nothing to look up', async () => {
    const message = { rule: { level: 3 }, manager: { name: 'siem-01' }, agent: { id: '000' } };
    const { values, published, quarantined, failure } = await take(JSON.stringify(message));

    expect([values, published, quarantined, failure]).toEqual([[], [], [], null]);
  });

  it.each([
    { message: '{"ip": "10.1', code: 'message.notJson' },
    { message: 'null', code: 'message.noIndicator' },
    {
      message: '{"ip": "10.1.2.3", "tenantId": "99999999-2222-3333-4444-555555555555"}',
      code: 'message.otherTenant',
    },
  ])('quarantines $message as $code, and asks nothing', async ({ message, code }) => {
    const { quarantined, started, published } = await take(message);

    expect(quarantined).toEqual([`${code} of ${message}`]);
    expect([started, published]).toEqual([[], []]);
  });

  it.each([
    { title: 'lookup', fails: '10.1.2.3' },
    { title: 'record', fails: '127.0.0.1' },
  ])('takes in the rest before it fails for one $title', async ({ fails }) => {
    const { values, published, failure } = await take(
      '{"indicators":[{"ip":"10.1.2.3"},{"ip":"127.0.0.1"},{"ip":"10.1.2.4"},{"ip":"127.0.0.2"}]}',
      { fails },
    );

    expect(values.length + published.length).toBe(3);
    expect(failure).toBeInstanceOf(BrokerUnreachableError);
  });
});
