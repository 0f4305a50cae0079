import config from '../../../local/servicebus/config.json';
import {
  type QueueProperties,
  parseQueueSettings,
  withQueueProperties,
} from '../../../local/servicebus/emulatorConfig';

const DAY_MS = 86_400_000;

function parse(properties: QueueProperties, more: { readonly Topics?: unknown[] } = {}) {
  const Queues = [{ Name: 'orders', Properties: properties }];
  const Namespaces = [{ Name: 'local', Queues, ...more }];
  return parseQueueSettings({ UserConfig: { Namespaces } }, 1000)[0];
}

describe('parseQueueSettings', () => {
  it.each([
    { queue: 'siem-indicators', duplicateWindowMs: undefined, maxDeliveryCount: 10 },
    { queue: 'lookups', duplicateWindowMs: 2 * DAY_MS, maxDeliveryCount: 10 },
    { queue: 'inventory-pages', duplicateWindowMs: 2 * DAY_MS, maxDeliveryCount: 10 },
    { queue: 'enriched-machines', duplicateWindowMs: 2 * DAY_MS, maxDeliveryCount: 10 },
    { queue: 'enriched-requests', duplicateWindowMs: 2 * DAY_MS, maxDeliveryCount: 10 },
    { queue: 'quarantine', duplicateWindowMs: 2 * DAY_MS, maxDeliveryCount: 2000 },
  ])('reads $queue of config.json', ({ queue, duplicateWindowMs, maxDeliveryCount }) => {
    const settings = parseQueueSettings(config, 262_144);

    expect(settings).toHaveLength(6);
    expect(settings.find(({ name }) => name === queue)).toEqual({
      name: queue,
      lockDurationMs: 300_000,
      maxDeliveryCount,
      defaultTimeToLiveMs: 14 * DAY_MS,
      deadLetterOnExpiration: true,
      duplicateWindowMs,
      maxMessageBytes: 262_144,
    });
  });

  it('fills in the defaults of the service', () => {
    expect(parse({})).toEqual({
      name: 'orders',
      lockDurationMs: 60_000,
      maxDeliveryCount: 10,
      defaultTimeToLiveMs: 14 * DAY_MS,
      deadLetterOnExpiration: false,
      duplicateWindowMs: undefined,
      maxMessageBytes: 1000,
    });
  });

  it.each([
    { text: 'PT5M', ms: 300_000 },
    { text: 'PT1H30M', ms: 5_400_000 },
    { text: 'P1DT0.5S', ms: DAY_MS + 500 },
  ])('reads the duration $text', ({ text, ms }) => {
    expect(parse({ LockDuration: text })?.lockDurationMs).toBe(ms);
  });

  it.each(['', 'P', 'PT', '5M', 'P1M', 'P1DT', 'PT5M '])('refuses the duration "%s"', (text) => {
    expect(() => parse({ LockDuration: text })).toThrow('ISO 8601');
  });

  it.each([
    { message: 'sessions are not implemented', run: () => parse({ RequiresSession: true }) },
    { message: 'auto-forwarding is not implemented', run: () => parse({ ForwardTo: 'other' }) },
    {
      message: 'topics are not implemented',
      run: () => parse({}, { Topics: [{ Name: 'news' }] }),
    },
  ])('refuses what the emulator cannot do: $message', ({ message, run }) => {
    expect(run).toThrow(message);
  });
});

describe('withQueueProperties', () => {
  it('changes the named queues only and leaves its input alone', () => {
    const changed = withQueueProperties(config, (name) =>
      name === 'lookups' ? { LockDuration: 'PT2S' } : {},
    );

    const locks = (of: typeof changed) =>
      parseQueueSettings(of, 1).map(({ name, lockDurationMs }) => [name, lockDurationMs]);
    expect(locks(changed)).toContainEqual(['lookups', 2000]);
    expect(locks(changed)).toContainEqual(['quarantine', 300_000]);
    expect(locks(config)).toContainEqual(['lookups', 300_000]);
  });
});
