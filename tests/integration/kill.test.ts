import { setTimeout as delay } from 'node:timers/promises';
import emulatorConfig from '../../local/servicebus/config.json';
import { withQueueProperties } from '../../local/servicebus/emulatorConfig';
import { LocalStack } from '../support/LocalStack';

const MESSAGES = 60;
const KINDS_PER_MESSAGE = 5;
const LOOKUPS = MESSAGES * KINDS_PER_MESSAGE;
const KILLS = 5;

/** Short enough for a test, long enough for the SDK to renew. */
const LOCK = 'PT5S';

describe('a host that is killed, or stopped, at random points during 300 lookups', () => {
  let stack: LocalStack;
  const endedAt: number[] = [];
  beforeAll(async () => {
    stack = await LocalStack.start({
      serviceBus: {
        config: withQueueProperties(emulatorConfig, () => ({ LockDuration: LOCK })),
      },
      defender: { throttle: { perMinute: 100_000, perHour: 1_000_000 } },
      settings: {
        DEFENDER_QUOTA_PER_MINUTE: '10000',
        DEFENDER_QUOTA_PER_HOUR: '100000',
        BULK_PER_TEN_MINUTES: '0',
        RECHECK_KINDS: 'none',
      },
    });
    await stack.send(messages(stack));
    for (let kill = 1; kill <= KILLS; kill++) {
      const host = await stack.addHost();
      const enough = Math.floor((LOOKUPS * (kill - Math.random())) / (KILLS + 1));
      await stack.until(() => stack.published.length >= enough);
      // Not always right after a publication.
      await delay(Math.random() * 300);
      endedAt.push(stack.published.length);
      // A host that is told to stop gives back what succeeds from then on.
      await (kill % 2 === 0 ? host.stop() : host.kill());
    }
    await stack.addHost();
    await stack.until(
      () =>
        stack.published.length >= LOOKUPS && stack.requests.length >= MESSAGES && stack.isIdle(),
    );
  }, 150_000);
  afterAll(() => stack.close());

  it('ends while there is work left', () => {
    expect(endedAt).toHaveLength(KILLS);
    expect(Math.max(...endedAt)).toBeLessThan(LOOKUPS);
  });

  it('answers every lookup exactly once', () => {
    const answered = stack.published.map(
      ({ record }) => `${record.request.messageId} ${record.request.position}`,
    );
    const expected = messages(stack).flatMap(({ messageId }) =>
      Array.from({ length: KINDS_PER_MESSAGE }, (_, index) => `${messageId} ${index + 1}`),
    );

    expect(answered.toSorted()).toEqual(expected.toSorted());
  });

  it('answers every message as a whole once, after its lookups and in agreement with them', () => {
    const expected = messages(stack).map(({ messageId }) => messageId);
    const recordIds = new Set(stack.published.map(({ record }) => record.id));

    expect(stack.requests.map(({ request }) => request.messageId).toSorted()).toEqual(
      expected.toSorted(),
    );
    for (const { generation, final, lookups } of stack.requests) {
      expect({ generation, final }).toEqual({ generation: 0, final: true });
      expect(lookups).toHaveLength(KINDS_PER_MESSAGE);
      expect(lookups.every(({ recordId }) => recordIds.has(recordId ?? ''))).toBe(true);
    }
  });

  it('gives the answers that it would have given undisturbed', () => {
    const outcomes = stack.published.map(({ record }) => [record.request.position, record.outcome]);
    const count = (position: number, outcome: string) =>
      outcomes.filter(([at, what]) => at === position && what === outcome).length;

    expect(
      [1, 2, 3, 4, 5].map((position) => count(position, position < 4 ? 'found' : 'notSeen')),
    ).toEqual(Array.from({ length: KINDS_PER_MESSAGE }, () => MESSAGES));
  });

  it('leaves nothing in quarantine and on dead-letter queues', () => {
    expect(stack.quarantined).toEqual([]);
    expect(stack.deadLettered()).toBe(0);
  });
});

/** One indicator of each kind, all different; the first three are known, the other two are not. */
function messages({ emulators }: LocalStack) {
  const { fleet } = emulators.defender;
  const now = Date.now();
  const reachable = fleet.machines.filter(
    ({ computerDnsName, lastIpAddress }) =>
      computerDnsName &&
      lastIpAddress &&
      fleet.machinesSeen(lastIpAddress, { fromAt: now, toAt: now }).length > 0,
  );
  return reachable.slice(0, MESSAGES).map(({ id, computerDnsName, lastIpAddress }, index) => ({
    messageId: `message-${index}`,
    body: JSON.stringify({
      indicators: [
        { machineId: id },
        { host: computerDnsName },
        { ip: lastIpAddress },
        { hash: index.toString(16).padStart(40, 'ab') },
        { alertId: `da637000000000000000_${index}` },
      ],
    }),
  }));
}
