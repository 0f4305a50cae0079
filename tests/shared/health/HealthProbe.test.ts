import { HealthProbe, type Dependency } from '../../../shared/health/HealthProbe';
import { probeDefender } from '../../../shared/health/probeDefender';
import { TokenUnavailableError } from '../../../shared/identity/TokenUnavailableError';
import { QueueUnusableError } from '../../../shared/messaging/QueueUnusableError';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

const ALL = ['storage', 'broker', 'token', 'defender', 'quota'] as const;
const never = () => new Promise<never>(() => undefined);

function start(broken: Partial<Record<Dependency, () => Promise<string | null>>> = {}) {
  const clock = new VirtualClock();
  const asked: Dependency[] = [];
  const probe = (name: Dependency) => () => {
    asked.push(name);
    return broken[name]?.() ?? Promise.resolve(null);
  };
  const health = new HealthProbe({
    clock,
    probes: {
      storage: probe('storage'),
      broker: probe('broker'),
      token: probe('token'),
      defender: probe('defender'),
      quota: probe('quota'),
    },
  });
  return { clock, asked, health };
}

describe('HealthProbe.check()', () => {
  it.each([
    { broken: [], status: 'ok' },
    { broken: ['token'], status: 'degraded' },
    { broken: ['defender'], status: 'degraded' },
    { broken: ['quota'], status: 'degraded' },
    { broken: ['token', 'defender'], status: 'degraded' },
    { broken: ['storage'], status: 'unavailable' },
    { broken: ['broker'], status: 'unavailable' },
    { broken: ['broker', 'token'], status: 'unavailable' },
  ] as const)('is $status when $broken cannot be used', async ({ broken, status }) => {
    const fail = () => Promise.reject(new Error('https://internal.example/?sig=secret'));
    const { health } = start(Object.fromEntries(broken.map((name) => [name, fail])));

    const found = await health.check();

    expect(found.status).toBe(status);
    expect(found.dependencies.map(({ name }) => name)).toEqual([...ALL]);
    const failed = found.dependencies.filter((each) => each.status === 'failed');
    expect(failed.map(({ name }) => name)).toEqual(broken);
    expect(JSON.stringify(found)).not.toMatch(/internal|secret/);
  });

  it('names the code of an error of ours', async () => {
    const { health } = start({ token: () => Promise.reject(new TokenUnavailableError('no')) });

    const { dependencies } = await health.check();

    expect(dependencies[2]?.code).toBe(new TokenUnavailableError('').code);
  });

  it('names the queue that cannot be used', async () => {
    const error = new QueueUnusableError('enriched-machines', 'MessagingEntityNotFound');
    const { health } = start({ broker: () => Promise.reject(error) });

    const { status, dependencies } = await health.check();

    expect(status).toBe('unavailable');
    expect(dependencies[1]).toMatchObject({
      status: 'failed',
      code: 'broker.queueNotFound',
      detail: 'Cannot use the queue enriched-machines: MessagingEntityNotFound',
    });
  });

  it('names the grant that is missing', async () => {
    const breaker = { why: 'forbidden', since: 0, failures: 1 } as const;
    const refused = () => probeDefender(() => Promise.resolve(breaker)).then(() => null);
    const { health } = start({ defender: refused });

    const { dependencies } = await health.check();

    expect(dependencies[3]).toMatchObject({
      status: 'failed',
      code: 'defender.forbidden',
      detail:
        'Defender refuses machines/findbyip: grant the application one of Machine.Read.All, Machine.ReadWrite.All',
    });
  });

  it('hands on what there is to know of a dependency that works', async () => {
    const { health } = start({ token: () => Promise.resolve('Issued yesterday.') });

    const { dependencies } = await health.check();

    expect(dependencies.map(({ detail }) => detail)).toEqual([
      null,
      null,
      'Issued yesterday.',
      null,
      null,
    ]);
  });

  it('waits five seconds for a dependency that does not answer', async () => {
    const { health, clock } = start({ broker: never });

    const { status, dependencies } = await clock.run(health.check());

    expect(status).toBe('unavailable');
    expect(dependencies[1]).toEqual({
      name: 'broker',
      status: 'failed',
      code: 'health.timeout',
      detail: null,
      tookMs: 5_000,
    });
  });

  it('looks once for all who ask within ten seconds, then again', async () => {
    const { health, clock, asked } = start();
    await Promise.all([health.check(), health.check()]);
    await clock.advance(9_999);
    await health.check();
    expect(asked).toHaveLength(ALL.length);

    await clock.advance(1);
    await health.check();

    expect(asked).toHaveLength(2 * ALL.length);
  });
});
