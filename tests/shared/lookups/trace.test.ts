import { DefenderThrottledError } from '../../../shared/defender/defenderErrors';
import { aMachine, anAnswer, machineId } from './aLookup';
import { CrashableWorld } from './CrashableWorld';

type Behaviour = ConstructorParameters<typeof CrashableWorld>[0];

const HASH = '3395856ce81f2b7382dee72602f798b642f14140';
const MINUTE_MS = 60_000;
/** Of the first message of a world. */
const MESSAGE_ID = 'm0';

function worldOf(behaviour: Partial<Behaviour> = {}): CrashableWorld {
  const answer = () => anAnswer({ machines: [aMachine(machineId('a'))] });
  return new CrashableWorld({ answer, slotDelayMs: MINUTE_MS, fault: null, ...behaviour });
}

const about = { endpoint: 'fileMachines', status: 429, correlationId: null } as const;
const throttled = new DefenderThrottledError('429', 1_000, about);

/** Throttles the first call, and answers all others. */
function throttledOnce(): Behaviour['answer'] {
  let calls = 0;
  return () => {
    if (calls++ === 0) throw throttled;
    return anAnswer({ machines: [aMachine(machineId('a'))] });
  };
}

describe('a message followed through the log by its MessageId', () => {
  it.each<{ title: string; message?: string; behaviour?: Partial<Behaviour>; events: string[] }>([
    {
      title: 'waits for its slot and is answered',
      events: ['lookup.waiting', 'lookup.ended', 'request.ended'],
    },
    {
      title: 'names nothing that can be asked for',
      message: '{"ip": "127.0.0.1"}',
      events: ['lookup.ended', 'request.ended'],
    },
    { title: 'cannot be read', message: '{"ip": "10.1', events: ['message.quarantined'] },
    {
      title: 'is throttled',
      behaviour: { answer: throttledOnce() },
      events: [
        'lookup.waiting',
        'defender.throttled',
        'lookup.waiting',
        'lookup.ended',
        'request.ended',
      ],
    },
    {
      title: 'has a record that the output queue does not take at first',
      behaviour: { refusingMs: { output: 2 * MINUTE_MS } },
      events: [
        'lookup.waiting',
        'publish.delayed',
        'lookup.ended',
        'publish.delayed',
        'request.ended',
      ],
    },
    {
      title: 'would expire',
      behaviour: { admits: () => false },
      events: ['message.quarantined', 'lookup.ended', 'request.ended'],
    },
  ])('$title', async ({ message = `{"hash": "${HASH}"}`, behaviour, events }) => {
    const { logger, outputs } = await worldOf(behaviour).deliver(message);

    expect(logger.lines.map(({ event }) => event)).toEqual(events);
    const [record] = outputs;
    const trace = record && {
      correlationId: record.request.correlationId,
      requestId: record.request.id,
    };
    for (const { event, fields } of logger.lines) {
      const lookupId = record && event !== 'request.ended' ? { lookupId: record.lookupId } : {};
      expect(fields).toMatchObject({ messageId: MESSAGE_ID, ...trace, ...lookupId });
    }
  });

  it('keeps to its own lines while others are worked on', async () => {
    const indicators = '[{"ip": "10.1.2.3"}, {"ip": "127.0.0.1"}, {"host": "desktop-17"}]';
    const { logger, outputs } = await worldOf().deliver(indicators, `{"hash": "${HASH}"}`);

    const ended = logger.lines.filter(({ event }) => event === 'lookup.ended');
    const told = ended.map(({ fields }) => [fields['messageId'], fields['lookupId']]);
    const records = outputs.map(({ request, lookupId }) => [request.messageId, lookupId]);
    expect(told).toHaveLength(4);
    expect(told.toSorted()).toEqual(records.toSorted());
  });

  it('is named as the correlation of a quarantined copy that waits', async () => {
    const behaviour = { admits: () => false, refusingMs: { quarantine: 2 * MINUTE_MS } };
    const { logger, outputs } = await worldOf(behaviour).deliver(`{"hash": "${HASH}"}`);

    const delayed = logger.lines.filter(({ event }) => event === 'quarantine.delayed');
    const [record] = outputs;
    expect(delayed.map(({ fields }) => fields)).toMatchObject(
      [0, 1].map((hop) => ({
        hop,
        correlationId: MESSAGE_ID,
        lookupId: record?.lookupId,
        requestId: record?.request.id,
      })),
    );
  });

  it('is named as the correlation of work that the broker gave up on', async () => {
    const world = worldOf({ deadlyDeliveries: 20 });
    await world.deliver(`{"hash": "${HASH}"}`);
    await world.keepHouse();
    await world.deliver();
    await world.keepHouse();

    const lines = world.logger.lines.map(({ event, fields }) => [event, fields['correlationId']]);
    expect(lines).toEqual(
      [
        'lookup.waiting',
        'deadLetter.takenBack',
        'message.quarantined',
        'lookup.ended',
        'request.ended',
        'deadLetter.givenUp',
      ].map((event) => [event, MESSAGE_ID]),
    );
  });
});
