import { BrokerProbe } from '../../../shared/health/BrokerProbe';
import { QueueUnusableError } from '../../../shared/messaging/QueueUnusableError';

const QUEUES = ['lookups', 'siem', 'output'] as const;

/** A broker on which `broken` queues cannot be used. */
function start(broken: Readonly<Record<string, Error>> = {}) {
  const broker = { broken };
  const opened: string[] = [];
  const probe = new BrokerProbe(QUEUES, (queue) => {
    opened.push(queue);
    const error = broker.broken[queue];
    return error ? Promise.reject(error) : Promise.resolve();
  });
  const look = async () => {
    opened.length = 0;
    const error: unknown = await probe.look().catch((thrown: unknown) => thrown);
    return { error, opened: [...opened] };
  };
  return { broker, look };
}

const missing = (queue: string) => new QueueUnusableError(queue, 'MessagingEntityNotFound');

describe('BrokerProbe.look()', () => {
  it('touches every queue at first, then one after the other', async () => {
    const { look } = start();

    const looks = [await look(), await look(), await look(), await look()];

    expect(looks.map(({ opened }) => opened)).toEqual([QUEUES, ['siem'], ['output'], ['lookups']]);
    expect(looks.map(({ error }) => error)).toEqual(Array(4).fill(undefined));
  });

  it.each(QUEUES)('tells at the first look that %s is missing', async (queue) => {
    const { look } = start({ [queue]: missing(queue) });

    expect((await look()).error).toEqual(missing(queue));
  });

  it('finds within a round that a queue was removed, and at the next look that it is back', async () => {
    const { broker, look } = start();
    await look();
    broker.broken = { output: missing('output') };

    const removed = [await look(), await look(), await look()];
    broker.broken = {};
    const back = await look();

    expect(removed.map(({ error }) => error)).toEqual([
      undefined,
      missing('output'),
      missing('output'),
    ]);
    expect(back).toEqual({ error: undefined, opened: ['siem', 'output'] });
  });

  it('tells of an outage of the broker first, else of the queue that matters most', async () => {
    const outage = new Error('ServiceTimeout');
    const { broker, look } = start({ siem: missing('siem'), output: outage });

    expect((await look()).error).toBe(outage);
    broker.broken = { siem: missing('siem'), output: missing('output') };
    expect((await look()).error).toEqual(missing('siem'));
  });
});
