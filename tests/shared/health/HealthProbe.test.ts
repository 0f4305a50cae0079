import { HealthProbe, type Dependency, type Finding } from '../../../shared/health/HealthProbe';
import { probeDefender } from '../../../shared/health/probeDefender';
import { TokenUnavailableError } from '../../../shared/identity/TokenUnavailableError';
import { QueueUnusableError } from '../../../shared/messaging/QueueUnusableError';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

const ALL = ['storage', 'broker', 'token', 'defender', 'quota'] as const;
const ADDRESSES = Object.fromEntries(ALL.map((name) => [name, `${name}.example:443`])) as Record<
  Dependency,
  string
>;
const never = () => new Promise<never>(() => undefined);

function start(broken: Partial<Record<Dependency, () => Promise<Finding>>> = {}) {
  const clock = new VirtualClock();
  const asked: Dependency[] = [];
  const probe = (name: Dependency) => () => {
    asked.push(name);
    return broken[name]?.() ?? Promise.resolve({});
  };
  const health = new HealthProbe({
    clock,
    addresses: { ...ADDRESSES, token: null },
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
    const failed = found.dependencies.filter((each) => each.status !== 'ok');
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
      status: 'down',
      code: 'broker.queueNotFound',
      detail: 'broker.example:443: Cannot use the queue enriched-machines: MessagingEntityNotFound',
    });
  });

  it('names the grant that is missing', async () => {
    const breaker = { why: 'forbidden', since: 0, failures: 1 } as const;
    const refused = () => probeDefender(() => Promise.resolve(breaker), null);
    const { health } = start({ defender: refused });

    const { dependencies } = await health.check();

    expect(dependencies[3]).toMatchObject({
      status: 'degraded',
      code: 'defender.forbidden',
      detail:
        'defender.example:443: Defender refuses machines/findbyip: grant the application one of Machine.Read.All, Machine.ReadWrite.All',
    });
  });

  it('hands on what there is to know of a dependency that works', async () => {
    const { health } = start({ token: () => Promise.resolve({ detail: 'Issued yesterday.' }) });

    const { dependencies } = await health.check();

    expect(dependencies.map(({ detail }) => detail)).toEqual([
      'storage.example:443',
      'broker.example:443',
      'Issued yesterday.',
      'defender.example:443',
      'quota.example:443',
    ]);
  });

  it('waits five seconds for a dependency that does not answer', async () => {
    const { health, clock } = start({ broker: never });

    const { status, dependencies } = await clock.run(health.check());

    expect(status).toBe('unavailable');
    expect(dependencies[1]).toEqual({
      name: 'broker',
      status: 'down',
      code: 'health.timeout',
      detail: 'broker.example:443',
      checkedAt: '2026-11-21T08:00:00.000Z',
      tookMs: 5_000,
    });
  });

  it('is ok while no call has been made to a dependency, and says that it was not checked', async () => {
    const defender = () => probeDefender(() => Promise.resolve(null), null);
    const { health } = start({ defender });

    const { status, dependencies } = await health.check();

    expect(status).toBe('ok');
    expect(dependencies[3]).toMatchObject({
      status: 'notChecked',
      code: null,
      detail: 'defender.example:443: no call has been made yet',
    });
  });

  it('dates what is known by the call that has shown it', async () => {
    const at = Date.parse('2026-11-21T07:00:00Z');
    const contact = { endpoint: 'file', at, isAnswered: true } as const;
    const { health } = start({
      defender: () => probeDefender(() => Promise.resolve(null), contact),
    });

    const { dependencies } = await health.check();

    expect(dependencies[3]).toMatchObject({ status: 'ok', checkedAt: '2026-11-21T07:00:00.000Z' });
  });

  it('never took less than no time, though the clock is set back meanwhile', async () => {
    const times = [5_000, 5_000, 5_000, 5_000, 5_000, 5_000, 1_000];
    const setBack = { sleep: never, now: () => times.shift() ?? 1_000 };
    const well = () => Promise.resolve({});
    const probes = { storage: well, broker: well, token: well, defender: well, quota: well };
    const health = new HealthProbe({ clock: setBack, addresses: ADDRESSES, probes });

    const { dependencies } = await health.check();

    expect(dependencies.map(({ tookMs }) => tookMs)).toEqual([0, 0, 0, 0, 0]);
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
