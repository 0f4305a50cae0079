import type { Choice } from '../../../cli/replay/choose';
import { RightsGate } from '../../../cli/replay/RightsGate';
import type { Copy, Entry } from '../../../cli/replay/Shelf';
import type { EndpointId } from '../../../shared/defender/endpointIds';
import { aLookup, NOW } from '../../shared/lookups/aLookup';

const SHUT_MS = 6_000;

function aChoice(kind: 'ip' | 'machine' = 'machine', generation = 0): Choice {
  const lookup = kind === 'ip' ? aLookup('ip', '10.1.2.3') : aLookup('machine', '1'.repeat(40));
  const entry: Entry = {
    lookup,
    generation,
    sequenceNumber: String(generation),
    id: `q_${generation}`,
    enqueuedAt: NOW,
    reasonCode: 'defender.forbidden',
    requestId: lookup.request.id,
    lookupId: lookup.id,
    cameAs: `${lookup.id}:${generation}`,
    stuck: null,
  };
  return { entry, older: [], generation };
}

/** An app whose right is granted at `grantedAt`, and which tries it with each lookup that comes when the endpoint may be asked. */
function createGate({ grantedAt = Infinity, isRunning = true, waitMs = 60_000 } = {}) {
  let time = NOW;
  const shut = new Map<EndpointId, number>([['machine', NOW + SHUT_MS]]);
  const sentAt: number[] = [];
  const back = new Map<string, Entry>();
  const due: (() => void)[] = [];
  const clock = {
    now: () => time,
    sleep: async (ms: number) => {
      time += ms;
    },
  };
  const sending = {
    send: async ([choice]: readonly Choice[], at: number) => {
      sentAt.push(at - NOW);
      const next = aChoice('machine', (choice?.generation ?? 0) + 1).entry;
      due.push(() => {
        if (!isRunning || time < at) return;
        due.length = 0;
        if (at >= NOW + grantedAt) shut.clear();
        else {
          shut.set('machine', at + SHUT_MS);
          back.set(next.cameAs, next);
        }
      });
      return [{ returnsAs: next.cameAs } as Copy];
    },
    look: async () => {
      due.forEach((act) => {
        act();
      });
    },
    returnedAs: ({ returnsAs }: Copy) => back.get(returnsAs) ?? null,
    forget: ({ returnsAs }: Copy) => void back.delete(returnsAs),
  };
  const gate = new RightsGate({
    sending,
    clock,
    waitMs,
    refused: async () => shut,
    firstEndpointOf: ({ indicator }) => (indicator.kind === 'ip' ? 'findByIp' : 'machine'),
    note: () => undefined,
  });
  return { gate, sentAt, back };
}

describe('RightsGate', () => {
  it('keeps back only what asks an endpoint that refuses', async () => {
    const { gate } = createGate();
    const [ip, machine] = [aChoice('ip'), aChoice('machine')];

    expect(await gate.sort([ip, machine])).toEqual([[ip], [machine]]);
  });

  it('sends one ahead for the time at which the endpoint may be tried', async () => {
    const { gate, sentAt, back } = createGate({ grantedAt: 0 });

    expect(await gate.open(aChoice())).toMatchObject({ outcome: 'open', isSentAhead: true });
    expect(sentAt).toEqual([SHUT_MS + 500]);
    expect(back.size).toBe(0);
  });

  it('tries again until the right is there', async () => {
    const { gate, sentAt } = createGate({ grantedAt: 2 * SHUT_MS });

    expect(await gate.open(aChoice())).toMatchObject({ outcome: 'open' });
    expect(sentAt).toEqual([SHUT_MS + 500, 2 * SHUT_MS + 1_000]);
  });

  it('says so when the right is still missing after the wait', async () => {
    const { gate, sentAt, back } = createGate({ waitMs: 0 });

    expect(await gate.open(aChoice())).toEqual({
      outcome: 'refused',
      endpoints: ['machine'],
      isSentAhead: true,
    });
    expect([sentAt.length, back.size]).toEqual([1, 1]);
  });

  it('says so when the app does not ask', async () => {
    const { gate } = createGate({ isRunning: false });

    expect(await gate.open(aChoice())).toMatchObject({ outcome: 'silent', isSentAhead: true });
  });
});
