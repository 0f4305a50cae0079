import { createHash } from 'node:crypto';
import type { DefenderAnswer } from '../../../shared/defender/DefenderAnswer';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import { DefenderUnavailableError } from '../../../shared/defender/defenderErrors';
import { BrokerUnreachableError } from '../../../shared/messaging/BrokerUnreachableError';
import { MessageRefusedError } from '../../../shared/messaging/MessageRefusedError';
import { QuotaUnavailableError } from '../../../shared/quota/QuotaUnavailableError';
import { StorageUnavailableError } from '../../../shared/storage/StorageUnavailableError';
import { times } from '../quota/calendar/fixtures';
import { aMachine, anAnswer, machineId, notFound } from './aLookup';
import { Crash, CrashableWorld, type Fault } from './CrashableWorld';

/** Larger together than a message, and few, as they are packed and read anew at every point. */
const many = Array.from({ length: 3 }, (_, i) =>
  aMachine(i.toString(16).padStart(40, '0'), { description: 'x'.repeat(70_000) }),
);

function answer(query: DefenderQuery): DefenderAnswer {
  switch (query.endpoint) {
    case 'findByIp':
      return anAnswer({ machines: [aMachine(machineId('a'))] });
    case 'fileMachines':
      return anAnswer({ machines: many });
    case 'machine':
      return notFound;
    default:
      return anAnswer();
  }
}

/** Two steps, one large answer, one not seen, one that cannot be asked for. */
const MESSAGE = JSON.stringify({
  indicators: [
    { ip: '10.1.2.3' },
    { hash: '3395856ce81f2b7382dee72602f798b642f14140' },
    { machineId: machineId('b') },
    { ip: '127.0.0.1' },
  ],
});
const OUTCOMES = ['found', 'found', 'invalid', 'notSeen', 'notSeen'];

interface Scene {
  readonly title: string;
  readonly slotDelayMs: number;
}
const scenes: readonly Scene[] = [
  { title: 'slots that are free', slotDelayMs: 0 },
  { title: 'slots a minute away', slotDelayMs: 60_000 },
];

const run = (slotDelayMs: number, fault: Fault | null): Promise<CrashableWorld> =>
  new CrashableWorld({
    answer,
    slotDelayMs,
    fault,
    recheckKinds: ['machine'],
    requestRecords: false,
  }).deliver(MESSAGE);

const outcomesOf = ({ outputs }: CrashableWorld): string[] =>
  outputs.map(({ outcome }) => outcome).sort();
const idsOf = ({ outputs }: CrashableWorld): string[] => outputs.map(({ id }) => id).sort();

describe.each(scenes)('a message and its work, with $title', ({ slotDelayMs }) => {
  let undisturbed: CrashableWorld;
  let everyPoint: { at: number; when: 'before' | 'after' }[];

  beforeAll(async () => {
    undisturbed = await run(slotDelayMs, null);
    everyPoint = Array.from({ length: undisturbed.actions }, (_, at) => [
      { at, when: 'before' as const },
      { at, when: 'after' as const },
    ]).flat();
  });

  it('ends with one record for each lookup and look, and nothing quarantined', () => {
    expect(outcomesOf(undisturbed)).toEqual(OUTCOMES);
    expect(undisturbed.quarantined).toEqual([]);
    expect(undisturbed.calls).toHaveLength(5);
  });

  it.each<{ title: string; error: () => Error }>([
    { title: 'a crash', error: () => new Crash('gone') },
    {
      title: 'a broker out of reach',
      error: () => new BrokerUnreachableError('q', 'ServiceTimeout'),
    },
    { title: 'a storage that fails', error: () => new StorageUnavailableError('write', '503') },
    { title: 'a quota that fails', error: () => new QuotaUnavailableError('Cannot read: 503') },
    { title: 'a queue that is full', error: () => new MessageRefusedError('q', 'QuotaExceeded') },
  ])('loses nothing and shows nothing twice after $title at any point', async ({ error }) => {
    expect(everyPoint.length).toBeGreaterThan(40);
    for (const point of everyPoint) {
      const world = await run(slotDelayMs, { ...point, error });

      expect({ point, ids: idsOf(world) }).toEqual({ point, ids: idsOf(undisturbed) });
      expect({ point, outcomes: outcomesOf(world) }).toEqual({ point, outcomes: OUTCOMES });
      expect(world.quarantined).toEqual([]);
      expect(world.calls.length).toBeLessThanOrEqual(undisturbed.calls.length + 2);
      expect(world.maxDeliveryCount).toBeLessThanOrEqual(2);
    }
  });
});

describe('an unreadable message', () => {
  it.each(['before', 'after'] as const)(
    'is quarantined once if the process dies %s it is sent',
    async (when) => {
      const fault = { at: 0, when, error: () => new Crash('gone') };

      const world = await new CrashableWorld({ answer, slotDelayMs: 0, fault }).deliver('{"ip":');

      expect(world.quarantined).toHaveLength(1);
      expect(world.outputs).toEqual([]);
    },
  );
});

describe('the same event sent again after its lookup found no room', () => {
  const EVENT = JSON.stringify({ id: 'incident-1', source: 'siem', machineId: machineId('c') });
  const sendTwice = (fault: Fault | null, admits: (ordinal: number) => boolean) =>
    new CrashableWorld({ answer, slotDelayMs: 0, fault, admits }).deliver(EVENT, EVENT);

  it('gets its answer: the record that says so is not taken for a copy of the first', async () => {
    const { outputs } = await sendTwice(null, (ordinal) => ordinal > 0);

    const [refused, asked] = outputs;
    expect(outputs.map(({ outcome, unasked }) => [outcome, unasked])).toEqual([
      ['expired', true],
      ['notSeen', undefined],
    ]);
    expect(asked?.lookupId).toBe(refused?.lookupId);
    expect(asked?.generation).toBe(refused?.generation);
  });

  it('is told again if there is still no room', async () => {
    const { outputs, quarantined } = await sendTwice(null, () => false);

    expect(outputs.map(({ unasked }) => unasked)).toEqual([true, true]);
    expect(new Set(quarantined).size).toBe(2);
  });

  it('shows nothing twice after a crash at any point', async () => {
    const { actions } = await sendTwice(null, () => false);
    for (let at = 0; at < actions; at++) {
      const fault = { at, when: 'after' as const, error: () => new Crash('gone') };

      expect((await sendTwice(fault, () => false)).outputs).toHaveLength(2);
    }
  });

  it('gets no second answer once it was asked', async () => {
    const { outputs } = await sendTwice(null, () => true);

    expect(outputs.map(({ outcome }) => outcome)).toEqual(['notSeen']);
  });
});

/** Text that no packing makes shorter. */
const noiseOf = (seed: number): string =>
  times(6, (part) => createHash('sha512').update(`${seed} ${part}`).digest('base64')).join('');

describe('a queue that takes nothing for three days', () => {
  const refusingMs = 3 * 86_400_000;

  it('gets the record then, if it is the output', async () => {
    const noise = many.map((machine, at) => ({ ...machine, description: noiseOf(at) }));
    const world = new CrashableWorld({
      answer: () => anAnswer({ machines: noise }),
      slotDelayMs: 0,
      fault: null,
      refusingMs: { output: refusingMs },
    });
    await world.deliver(JSON.stringify({ hash: '3'.repeat(40) }));

    expect(outcomesOf(world)).toEqual(['found']);
    expect(world.maxDeliveryCount).toBe(1);
    expect(world.calls).toHaveLength(1);
  });

  it('keeps no record waiting, if it is the quarantine', async () => {
    const unavailable = () => {
      throw new DefenderUnavailableError('503', {
        endpoint: 'machine',
        status: 503,
        correlationId: null,
      });
    };
    const refuses = { refusingMs: { quarantine: refusingMs } };
    const world = new CrashableWorld({
      answer: unavailable,
      slotDelayMs: 0,
      fault: null,
      ...refuses,
    });
    await world.deliver(JSON.stringify({ machineId: machineId('b') }), '{"breaks off');

    expect(outcomesOf(world)).toEqual(['failed']);
    expect(world.quarantined).toHaveLength(2);
    expect(world.maxDeliveryCount).toBe(1);
    expect(world.log.map((line) => line.split(' ')[0])).toEqual([
      'output',
      'requests',
      'quarantine',
      'quarantine',
    ]);
  });
});

describe('equal calls that have to wait', () => {
  it('are made once, however many messages want them', async () => {
    const bodies = Array.from({ length: 100 }, (_, i) =>
      JSON.stringify({ id: `alert-${String(i)}`, hash: ((i % 5) + 1).toString().repeat(40) }),
    );

    const world = new CrashableWorld({ answer, slotDelayMs: 60_000, fault: null });
    await world.deliver(...bodies);

    expect(world.outputs).toHaveLength(100);
    expect(world.calls).toHaveLength(5);
  });
});

describe('a machine whose id is not known, while each call has to wait', () => {
  const byName = (query: DefenderQuery): DefenderAnswer =>
    query.endpoint === 'machines'
      ? anAnswer({ machines: [aMachine(machineId('a'), { computerDnsName: 'pc-1.contoso.com' })] })
      : notFound;

  it('is found, weak, by the name that its alert gives beside it', async () => {
    const world = new CrashableWorld({ answer: byName, slotDelayMs: 60_000, fault: null });

    await world.deliver(
      JSON.stringify({
        id: 'da637472900382838869_1364969609',
        severity: 'Low',
        detectionSource: 'WindowsDefenderAtp',
        machineId: machineId('b'),
        computerDnsName: 'pc-1.contoso.com',
      }),
    );

    expect(world.outputs).toMatchObject([
      {
        indicator: {
          kind: 'machine',
          alternatives: [
            { kind: 'alert', tried: true },
            { kind: 'host', tried: true },
          ],
        },
        summary: { machineId: null, matchStrength: 'weak' },
        machines: [{ match: { by: 'computerDnsName', via: 'pc-1.contoso.com' } }],
      },
    ]);
    expect(world.calls).toHaveLength(3);
  });
});

describe('merges that are followed while each call has to wait', () => {
  const next: Readonly<Record<string, string>> = { a: 'b', b: 'c', c: 'd' };
  const chained = (query: DefenderQuery): DefenderAnswer => {
    if (query.endpoint !== 'machine') return anAnswer();
    const digit = query.id.value.charAt(0);
    const into = next[digit];
    const merge = { mergedIntoMachineId: into === undefined ? null : machineId(into) };
    return anAnswer({ machines: [aMachine(query.id.value, merge)] });
  };

  it('lead to one record that names the last machine', async () => {
    const world = new CrashableWorld({ answer: chained, slotDelayMs: 60_000, fault: null });

    await world.deliver(JSON.stringify({ machineId: machineId('a') }));

    expect(world.outputs.map(({ summary }) => summary.machineId)).toEqual([machineId('d')]);
    expect(world.calls).toHaveLength(4);
  });
});
