import { resolve } from 'node:path';
import type { HostProcess } from '../../local/start/HostProcess';
import { ask } from '../support/askApi';
import { LocalStack } from '../support/LocalStack';

const PRELOAD = resolve(__dirname, '..', 'support', 'wrongClock.cjs');
const MESSAGES = 20;

let stack: LocalStack;
let right: string;

const apiOf = async (host: HostProcess) => `http://127.0.0.1:${await host.ready()}/api`;

/** A process on a machine whose clock is wrong: by so much when it starts, and by so much more after a SIGUSR2. */
const addHostWith = (clock: { readonly offMs: number; readonly stepMs: number }) =>
  stack.addHost({
    NODE_OPTIONS: `--require ${PRELOAD}`,
    TEST_CLOCK_OFF_MS: String(clock.offMs),
    TEST_CLOCK_STEP_MS: String(clock.stepMs),
  });

beforeAll(async () => {
  stack = await LocalStack.start({ settings: { HTTP_AUTH: 'none' } });
  right = await apiOf(await stack.addHost());
}, 60_000);
afterAll(() => stack.close());

describe.each([{ offMs: -60_000 }, { offMs: -90_000 }, { offMs: 90_000 }])(
  'a process whose clock is off by $offMs ms',
  ({ offMs }) => {
    const ip = `10.150.${Math.abs(offMs / 1_000)}.${offMs < 0 ? 1 : 2}`;
    let wrong: string;
    beforeAll(async () => {
      wrong = await apiOf(await addHostWith({ offMs, stepMs: 0 }));
    }, 60_000);

    it('asks past the cache what another process has just asked, when no old answer is wanted', async () => {
      await ask(right, `/ips/${ip}/machines`);

      const { status, body } = await ask(wrong, `/ips/${ip}/machines?maxAgeMs=0`);

      expect(status).toBe(200);
      expect(body.evidence?.map(({ fromCache }) => fromCache)).not.toContain(true);
    });

    it('takes from the cache what another process has just asked, otherwise', async () => {
      const { status, body } = await ask(wrong, `/ips/${ip}/machines`);

      expect(status).toBe(200);
      expect(body.evidence?.map(({ fromCache }) => fromCache)).toContain(true);
    });
  },
);

describe.each([{ stepMs: 600_000 }, { stepMs: -600_000 }])(
  'a process whose clock is set by $stepMs ms while it runs',
  ({ stepMs }) => {
    beforeAll(async () => {
      const host = await addHostWith({ offMs: 0, stepMs });
      const wrong = await apiOf(host);
      await ask(wrong, '/ips/10.151.0.1/machines');
      process.kill(host.pid, 'SIGUSR2');
      await ask(wrong, '/ips/10.151.0.2/machines');
    }, 60_000);

    it('leaves the others their slots', async () => {
      const { status } = await ask(right, `/ips/10.152.0.${stepMs > 0 ? 1 : 2}/machines`);

      expect(status).toBe(200);
    });

    it('answers what comes from the queue', async () => {
      const before = stack.published.length;
      await stack.send(
        Array.from({ length: MESSAGES }, (_, index) => ({
          messageId: `${stepMs}-${index}`,
          body: JSON.stringify({ ip: `10.153.${stepMs > 0 ? 1 : 2}.${index}` }),
        })),
      );

      await stack.until(() => stack.published.length - before >= MESSAGES);

      expect(stack.published).toHaveLength(before + MESSAGES);
    });
  },
);
