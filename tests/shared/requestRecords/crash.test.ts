import { setImmediate as turn } from 'node:timers/promises';
import type { DefenderAnswer } from '../../../shared/defender/DefenderAnswer';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { MessageRefusedError } from '../../../shared/messaging/MessageRefusedError';
import { aMachine, anAnswer, machineId, notFound, NOW } from '../lookups/aLookup';
import { Crash, CrashableWorld, type Fault } from '../lookups/CrashableWorld';

const MINUTE_MS = 60_000;
const MESSAGE = JSON.stringify({
  id: 'incident-1',
  indicators: [
    { ip: '10.1.2.3' },
    { machineId: machineId('b') },
    { machineId: machineId('c') },
    { ip: '127.0.0.1' },
  ],
  context: { ticket: 'INC-9' },
});

/** Device c is seen with the second look only. */
function answering(): (query: DefenderQuery) => DefenderAnswer {
  let looks = 0;
  return (query) => {
    if (query.endpoint === 'findByIp') return anAnswer({ machines: [aMachine(machineId('a'))] });
    if (query.endpoint !== 'machine') return anAnswer();
    if (query.id.value === machineId('b'))
      return anAnswer({ machines: [aMachine(machineId('b'))] });
    return looks++ === 0 ? notFound : anAnswer({ machines: [aMachine(machineId('c'))] });
  };
}

type Behaviour = Partial<ConstructorParameters<typeof CrashableWorld>[0]>;

const run = (fault: Fault | null, behaviour: Behaviour = {}): Promise<CrashableWorld> =>
  new CrashableWorld({
    answer: answering(),
    slotDelayMs: MINUTE_MS,
    fault,
    recheckKinds: ['machine'],
    onLedger: () => undefined,
    ...behaviour,
  }).deliver(MESSAGE);

/** What holds for every request in the end, whatever happened on the way. */
function verdictOn({ requests, outputs }: CrashableWorld) {
  const last = requests.at(-1);
  const newest = new Map(outputs.map((record) => [record.lookupId, record]));
  return {
    generations: requests.map(({ generation }) => generation),
    final: last?.final,
    agrees: last?.lookups.map(({ lookupId, recordId, outcome, generation }) => {
      const record = newest.get(lookupId);
      return (
        record?.id === recordId && record.outcome === outcome && record.generation === generation
      );
    }),
  };
}

describe('a request that ends lookup by lookup, one of them with a second look', () => {
  it('has a record once all have ended, and another with the second look', async () => {
    const { requests } = await run(null);

    expect(
      requests.map(({ generation, status, final, request, summary }) => ({
        generation,
        status,
        final,
        done: request.done,
        context: request.context,
        found: summary.outcomes.found,
      })),
    ).toEqual([
      {
        generation: 0,
        status: 'completed',
        final: false,
        done: 4,
        context: { ticket: 'INC-9' },
        found: 2,
      },
      {
        generation: 1,
        status: 'completed',
        final: true,
        done: 4,
        context: { ticket: 'INC-9' },
        found: 3,
      },
    ]);
  });

  it.each<{ title: string; error: () => Error }>([
    { title: 'a crash', error: () => new Crash('gone') },
    { title: 'a storage that fails', error: () => new StorageUnavailableError('write', '503') },
    { title: 'a broker out of reach', error: () => new BrokerUnreachableError('q', 'Timeout') },
    { title: 'a queue that is full', error: () => new MessageRefusedError('q', 'QuotaExceeded') },
  ])('has one record for each generation after $title at any point', async ({ error }) => {
    const { actions } = await run(null);
    for (let at = 0; at < actions; at++) {
      for (const when of ['before', 'after'] as const) {
        const world = await run({ at, when, error });

        const verdict = verdictOn(world);
        expect({ at, when, ...verdict }).toEqual({
          at,
          when,
          generations: verdict.generations.map((_, index) => index),
          final: true,
          agrees: [true, true, true, true],
        });
      }
    }
  });
});

describe('a request that is over within one delivery', () => {
  const atOnce = { slotDelayMs: 0, recheckKinds: [] };

  it.each<{ title: string; error: () => Error }>([
    { title: 'a crash', error: () => new Crash('gone') },
    { title: 'a storage that fails', error: () => new StorageUnavailableError('write', '503') },
  ])('has one record, after those of its lookups, after $title at any point', async ({ error }) => {
    const { actions } = await run(null, atOnce);
    for (let at = 0; at < actions; at++) {
      for (const when of ['before', 'after'] as const) {
        const world = await run({ at, when, error }, atOnce);

        expect({ at, when, ...verdictOn(world) }).toEqual({
          at,
          when,
          generations: [0],
          final: true,
          agrees: [true, true, true, true],
        });
        const last = world.log.findLastIndex((line) => line.startsWith('output'));
        expect(world.log.findIndex((line) => line.startsWith('requests'))).toBeGreaterThan(last);
      }
    }
  });

  it('asks the table nothing, and is answered while that is down', async () => {
    let looks = 0;
    const onLedger = () => {
      looks += 1;
      throw new StorageUnavailableError('write', '503');
    };

    const { requests } = await run(null, { ...atOnce, onLedger });

    expect(requests).toMatchObject([{ status: 'completed', final: true }]);
    expect(looks).toBe(0);
  });

  it('is answered, too, if it has nothing to look up', async () => {
    const world = new CrashableWorld({ answer: answering(), slotDelayMs: 0, fault: null });
    const incident = {
      properties: { incidentNumber: 7, title: 'mail' },
      type: 'Microsoft.SecurityInsights/Incidents',
      id: '/subscriptions/s/incidents/7',
      name: '7',
    };

    const { requests, quarantined } = await world.deliver(JSON.stringify(incident));

    expect(quarantined).toEqual([]);
    expect(requests).toMatchObject([
      { status: 'completed', final: true, request: { of: 0, done: 0 } },
    ]);
  });

  it('leads to a new generation if the same event is answered otherwise later that day', async () => {
    const world = new CrashableWorld({
      answer: answering(),
      slotDelayMs: 0,
      fault: null,
      admits: (ordinal) => ordinal > 0,
    });
    const event = JSON.stringify({ id: 'incident-1', machineId: machineId('b') });

    const { requests } = await world.deliver(event, event);
    // Nobody waits for the row of a request that is over.
    await turn();

    expect(requests.map(({ generation, summary }) => [generation, summary.outcomes])).toMatchObject(
      [
        [0, { expired: 1, found: 0 }],
        [1, { expired: 0, found: 1 }],
      ],
    );
  });
});

describe('a table that does not answer', () => {
  it('delays the record of the request, and no record of a lookup', async () => {
    const downUntil = NOW + 45 * MINUTE_MS;
    const world = await run(null, {
      recheckKinds: [],
      onLedger: (now) => {
        if (now < downUntil) throw new StorageUnavailableError('write', '503');
      },
    });

    const lastRecord = Math.max(...world.outputs.map(({ enrichedAt }) => Date.parse(enrichedAt)));
    expect(lastRecord).toBeLessThan(NOW + 5 * MINUTE_MS);
    expect(world.outputs).toHaveLength(4);
    expect(verdictOn(world)).toEqual({
      generations: [0],
      final: true,
      agrees: [true, true, true, true],
    });
    const [sentAt] = world.log.filter((line) => line.startsWith('requests'));
    expect(Number(sentAt?.split(' ')[2])).toBeLessThan(60 * MINUTE_MS);
    expect(world.maxDeliveryCount).toBe(1);
  });
});

describe('an output queue for requests that takes nothing for a day', () => {
  it('gets each generation then', async () => {
    const world = await run(null, { refusingMs: { requests: 24 * 60 * MINUTE_MS } });

    expect(world.requests.map(({ generation }) => generation).toSorted()).toEqual([0, 1]);
    expect(world.maxDeliveryCount).toBe(1);
  });
});

describe('a request that is not finished in time', () => {
  it('is published as it stands, once, and again when it is finished', async () => {
    const slow = { slotDelayMs: 20 * MINUTE_MS, partialAfterMs: 10 * MINUTE_MS, recheckKinds: [] };
    const { requests } = await run(null, slow);

    expect(
      requests.map(({ generation, status, final, completedAt, request, lookups }) => ({
        generation,
        status,
        final,
        isCompleted: completedAt !== null,
        done: request.done,
        outcomes: lookups.map(({ outcome }) => outcome),
        waits: lookups.map(({ notBefore }) => notBefore !== undefined),
      })),
    ).toEqual([
      {
        generation: 0,
        status: 'running',
        final: false,
        isCompleted: false,
        done: 1,
        outcomes: [null, null, null, 'invalid'],
        waits: [true, true, true, false],
      },
      {
        generation: 1,
        status: 'completed',
        final: true,
        isCompleted: true,
        done: 4,
        outcomes: ['found', 'found', 'notSeen', 'invalid'],
        waits: [false, false, false, false],
      },
    ]);
  });

  it('is not published twice if it is finished by then', async () => {
    const { requests } = await run(null, { partialAfterMs: 10 * MINUTE_MS, recheckKinds: [] });

    expect(requests.map(({ status }) => status)).toEqual(['completed']);
  });
});
