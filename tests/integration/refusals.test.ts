import { WELL_KNOWN } from '../../local/defender/wellKnown';
import { LocalStack } from '../support/LocalStack';

const { server } = WELL_KNOWN.machines;
const OTHERS = 60;
const DENIED_AFTER_MS = 4_000;

const messageOf = (machineId: string) => ({
  messageId: `m-${machineId}`,
  body: JSON.stringify({ machineId }),
});
const others = Array.from({ length: OTHERS }, (_, index) =>
  messageOf(String(index).padStart(40, '0')),
);

describe('One lookup that Defender always refuses', () => {
  let stack: LocalStack;
  beforeEach(async () => {
    stack = await LocalStack.start({
      settings: { DENIED_AFTER_MS: String(DENIED_AFTER_MS), RECHECK_KINDS: 'ip' },
    });
    await stack.addHost();
  });
  afterEach(() => stack.close());

  const recordOf = (machineId: string) =>
    stack.published.find(({ record }) => record.request.messageId === `m-${machineId}`)?.record;

  it('with 429 does not keep the others from their answers', async () => {
    stack.emulators.defender.control({
      faults: [
        {
          endpoint: 'any',
          of: server.id,
          times: 'always',
          fault: { kind: 'cpuQuota', retryAfterSeconds: 2 },
        },
      ],
    });

    await stack.send([messageOf(server.id), ...others]);

    await stack.until(() => stack.published.length === OTHERS, 60_000);
    expect(recordOf(server.id)).toBeUndefined();
    const refused = stack.emulators.defender.log().filter(({ status }) => status === 429);
    // Six for the object by itself, and one for each halving of the list that names it.
    expect(refused.length).toBeLessThanOrEqual(6 + Math.ceil(Math.log2(OTHERS)));
    expect(stack.deadLettered()).toBe(0);
  });

  it('with 403 ends denied, and keeps nobody waiting', async () => {
    stack.emulators.defender.control({
      faults: [
        {
          endpoint: 'any',
          of: server.id,
          times: 'always',
          fault: { kind: 'error', status: 403 },
        },
      ],
    });

    await stack.send([messageOf(server.id), ...others]);

    await stack.until(() => stack.published.length === OTHERS + 1, 60_000);
    expect(recordOf(server.id)).toMatchObject({
      outcome: 'denied',
      reason: { code: 'defender.objectForbidden' },
    });
    const at = stack.published.map((each) => each.at);
    expect((at[OTHERS - 1] ?? 0) - (at[0] ?? 0)).toBeLessThan(25_000);
  });
});
