import { acceptedWith, blamedWith } from './exampleSettings';

describe('settings of numbers, flags and lists', () => {
  it.each([
    '-1',
    '+5',
    '1.5',
    '1e3',
    '0x10',
    '1_000',
    '1,000',
    'NaN',
    'Infinity',
    '１',
    '9'.repeat(30),
  ])('refuses %j as a number instead of taking the default', (value) => {
    expect(blamedWith({ BULK_PER_TEN_MINUTES: value })).toEqual(['BULK_PER_TEN_MINUTES']);
  });

  it.each([
    { setting: 'MAX_LOOKUP_AGE_MS', least: 60_000, most: 129_600_000 },
    { setting: 'INTERACTIVE_MAX_WAIT_MS', least: 0, most: 60_000 },
    { setting: 'BULK_PER_TEN_MINUTES', least: 0, most: 1_000_000 },
    { setting: 'INVENTORY_PAGE_SIZE', least: 1, most: 10_000 },
    { setting: 'INVENTORY_MAX_DROP_PERCENT', least: 0, most: 100 },
    { setting: 'RESULT_KEEP_DAYS', least: 15, most: 3650 },
    { setting: 'CACHE_TTL_FILE_MS', least: 0, most: 2_592_000_000 },
  ])('takes $setting from $least to $most', ({ setting, least, most }) => {
    expect(blamedWith({ [setting]: String(least) })).toEqual([]);
    expect(blamedWith({ [setting]: String(most) })).toEqual([]);
    expect(blamedWith({ [setting]: String(least - 1) })).toEqual([setting]);
    expect(blamedWith({ [setting]: String(most + 1) })).toEqual([setting]);
  });

  it.each([
    { env: { DEFENDER_QUOTA_PER_MINUTE: '10' }, problems: ['INTERACTIVE_RESERVE_PER_MINUTE'] },
    { env: { DEFENDER_QUOTA_PER_MINUTE: '11' }, problems: [] },
    { env: { INTERACTIVE_MAX_PER_MINUTE: '9' }, problems: ['INTERACTIVE_RESERVE_PER_MINUTE'] },
    {
      env: { INTERACTIVE_MAX_PER_MINUTE: '0', INTERACTIVE_RESERVE_PER_MINUTE: '0' },
      problems: [],
    },
  ])('blames $problems with $env', ({ env, problems }) => {
    expect(blamedWith(env)).toEqual(problems);
  });

  it.each([
    { text: 'true', flag: true },
    { text: 'True', flag: true },
    { text: 'FALSE', flag: false },
  ])('reads the flag $text', ({ text, flag }) => {
    expect(acceptedWith({ ENRICH_IP_ALERTS: text }).config.lookups.ipAlerts).toBe(flag);
  });

  it.each(['0', '1', 'yes', 'off'])('refuses the flag %j', (text) => {
    expect(blamedWith({ ENRICH_IP_ALERTS: text })).toEqual(['ENRICH_IP_ALERTS']);
  });

  it.each([
    { text: 'none', kinds: [] },
    { text: '', kinds: ['alert', 'machine'] },
    { text: ' ', kinds: ['alert', 'machine'] },
    { text: 'ip', kinds: ['ip'] },
    { text: ' host , file ', kinds: ['host', 'file'] },
  ])('reads the kinds $text', ({ text, kinds }) => {
    expect(acceptedWith({ RECHECK_KINDS: text }).config.lookups.recheckKinds).toEqual(kinds);
  });

  it.each(['hash', 'ip,ip', 'ip,', 'ip;file', 'IP'])('refuses the kinds %j', (text) => {
    expect(blamedWith({ RECHECK_KINDS: text })).toEqual(['RECHECK_KINDS']);
  });

  it('reads ranges of IP addresses', () => {
    const { internalIpRanges } = acceptedWith({ INTERNAL_IP_RANGES: '203.0.113.0/24' }).config
      .lookups;

    expect(internalIpRanges.map(([base, bits]) => [base.toString(), bits])).toEqual([
      ['203.0.113.0', 24],
    ]);
  });

  it.each(['native', 'ecs', 'ocsf'])('reads the output format %s', (format) => {
    expect(acceptedWith({ OUTPUT_FORMAT: format }).config.output.format).toBe(format);
  });

  it('reads a filter in its canonical spelling, so that another spelling is no other filter', () => {
    const text = "HealthStatus  eq 'Active' and lastSeen gt 2018-08-01Z";

    expect(acceptedWith({ INVENTORY_FILTER: text }).config.inventory.filter).toBe(
      "healthStatus eq 'Active' and lastSeen gt 2018-08-01T00:00:00Z",
    );
  });

  it.each([
    { INTERNAL_IP_RANGES: '203.0.113.0' },
    { INVENTORY_OUTPUTS: 'none' },
    { INVENTORY_OUTPUTS: 'ndjson,orc' },
    { INVENTORY_SCHEDULE: 'daily' },
    { INVENTORY_FILTER: "riskScore eq 'High'\nx" },
    { OUTPUT_FORMAT: 'stix' },
    { DEFENDER_QUOTA_SCOPE: 'tenant' },
  ])('refuses %o', (env) => {
    expect(blamedWith(env)).toEqual(Object.keys(env));
  });
});
