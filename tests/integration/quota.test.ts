import { LocalStack } from '../support/LocalStack';

const IPS = 140;
const FIRST_MINUTE_MS = 62_000;

describe('two processes on the same queues, at the published limits of Defender', () => {
  let stack: LocalStack;
  let sentAt: number;
  beforeAll(async () => {
    stack = await LocalStack.start();
    await Promise.all([stack.addHost(), stack.addHost()]);
    sentAt = Date.now();
    const observedAt = new Date(sentAt).toISOString();
    await stack.send(
      Array.from({ length: IPS }, (_, index) => ({
        messageId: `ip-${index}`,
        body: JSON.stringify({ ip: `10.150.7.${index}`, observedAt }),
      })),
    );
    await stack.until(() => stack.published.length >= IPS, 150_000);
  }, 180_000);
  afterAll(() => stack.close());

  it('answer 140 distinct addresses, each once', () => {
    const asked = new Set(stack.published.map(({ record }) => record.request.messageId));

    expect(asked.size).toBe(IPS);
    expect(stack.published).toHaveLength(IPS);
    expect(stack.published.every(({ record }) => record.outcome === 'notSeen')).toBe(true);
    expect(stack.quarantined).toEqual([]);
  });

  it('are never throttled', () => {
    const calls = stack.emulators.defender.log().filter(({ endpoint }) => endpoint !== 'none');

    expect(calls.filter(({ status }) => status === 429)).toEqual([]);
    expect(calls.filter(({ endpoint }) => endpoint === 'findByIp')).toHaveLength(IPS);
  });

  it('use the allowance of the first minute: at least 85 answers within 62 s', () => {
    const early = stack.published.filter(({ at }) => at - sentAt <= FIRST_MINUTE_MS);

    expect(early.length).toBeGreaterThanOrEqual(85);
  });
});
