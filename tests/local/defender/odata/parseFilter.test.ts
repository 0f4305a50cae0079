import { type Machine, sparseMachine } from '../../../../local/defender/entities/Machine';
import { compileFilter, type StringCase } from '../../../../local/defender/odata/compileFilter';
import { ODataError } from '../../../../local/defender/odata/ODataError';
import { parseFilter } from '../../../../local/defender/odata/parseFilter';

const MACHINES: readonly Machine[] = [
  {
    ...sparseMachine('a'),
    computerDnsName: 'ws-1.contoso.com',
    riskScore: 'High',
    rbacGroupId: 140,
    lastSeen: '2026-11-20T08:15:03.7791856Z',
    machineTags: ['site:ber', "owner:o'brien"],
    aadDeviceId: '80fe8ff8-2624-418e-9591-41f0491218f9',
    onboardingStatus: 'Onboarded',
  },
  {
    ...sparseMachine('b'),
    computerDnsName: 'ws-2.contoso.com',
    riskScore: 'Low',
    rbacGroupId: 0,
    lastSeen: '2026-11-01T00:00:00Z',
    machineTags: ['site:mad'],
    onboardingStatus: 'CanBeOnboarded',
  },
  { ...sparseMachine('c'), computerDnsName: 'SRV-1' },
  sparseMachine('d'),
];

const matching = (filter: string, stringCase: StringCase = 'insensitive'): string =>
  MACHINES.filter(compileFilter(parseFilter(filter), stringCase))
    .map(({ id }) => id)
    .join('');

describe('parseFilter', () => {
  it.each([
    { filter: "riskScore eq 'High'", ids: 'a' },
    { filter: "riskScore ne 'High'", ids: 'bcd' },
    { filter: 'riskScore eq null', ids: 'cd' },
    { filter: 'riskScore ne null', ids: 'ab' },
    { filter: "riskScore eq 'high'", ids: 'a' },
    { filter: "RISKSCORE eq 'Low' and ONBOARDINGSTATUS eq 'canbeonboarded'", ids: 'b' },
    { filter: 'rbacGroupId eq 140', ids: 'a' },
    { filter: 'rbacGroupId ge 0', ids: 'ab' },
    { filter: 'rbacGroupId lt 140', ids: 'b' },
    { filter: 'rbacGroupId le 140 and rbacGroupId gt -1', ids: 'ab' },
    { filter: 'lastSeen gt 2026-11-20T08:15:03.779Z', ids: '' },
    { filter: 'lastSeen ge 2026-11-20T08:15:03Z', ids: 'a' },
    { filter: 'lastSeen le 2026-11-01Z', ids: 'b' },
    { filter: 'lastSeen lt 2026-11-20T09:00:00+02:00', ids: 'b' },
    { filter: 'lastSeen ge 2026-11-01', ids: 'ab' },
    { filter: "startswith(computerDnsName,'ws-')", ids: 'ab' },
    { filter: "startswith(computerDnsName, 'srv')", ids: 'c' },
    { filter: "computerDnsName eq 'srv-1' or startswith(computerDnsName,'srv-1.')", ids: 'c' },
    { filter: "machineTags/any(tag: tag eq 'site:ber')", ids: 'a' },
    { filter: "machineTags/any(t:t eq 'owner:o''brien')", ids: 'a' },
    { filter: "machineTags/any(t: startswith(t,'site:') and not (t eq 'site:ber'))", ids: 'b' },
    { filter: 'machineTags/any()', ids: 'ab' },
    { filter: "not machineTags/any(t: t eq 'site:ber')", ids: 'bcd' },
    { filter: 'aadDeviceId eq 80fe8ff8-2624-418e-9591-41f0491218f9', ids: 'a' },
    { filter: "aadDeviceId eq '80FE8FF8-2624-418e-9591-41f0491218f9'", ids: 'a' },
    { filter: "id eq 'a' or id eq 'b' and id eq 'c'", ids: 'a' },
    { filter: "(id eq 'a' or id eq 'b') and riskScore eq 'Low'", ids: 'b' },
    { filter: "not (id eq 'a') and not (id eq 'b')", ids: 'cd' },
    { filter: "not id eq 'a' and id ne 'b'", ids: 'cd' },
  ])('reads $filter', ({ filter, ids }) => {
    expect(matching(filter)).toBe(ids);
  });

  it('compares strings as they are when case matters, but property names never', () => {
    expect(matching("riskscore eq 'high'", 'sensitive')).toBe('');
    expect(matching("riskscore eq 'High'", 'sensitive')).toBe('a');
  });

  it.each([
    { filter: '' },
    { filter: 'riskScore' },
    { filter: "riskScore eq 'High" },
    { filter: 'riskScore eq High' },
    { filter: "riskScore = 'High'" },
    { filter: "riskScore is 'High'" },
    { filter: "riskScore eq 'High' and" },
    { filter: "riskScore eq 'High')" },
    { filter: "(riskScore eq 'High'" },
    { filter: "riskScore eq 'High' riskScore" },
    { filter: "contains(computerDnsName,'ws')" },
    { filter: "endswith(computerDnsName,'ws')" },
    { filter: 'startswith(rbacGroupId,1)' },
    { filter: 'startswith(computerDnsName,null)' },
    { filter: "rbacGroupId eq '140'" },
    { filter: 'lastSeen gt 2026-13-01T00:00:00Z' },
    { filter: 'lastSeen gt 2026-11-01T00:00:00' },
    { filter: "lastSeen gt '2026-11-01'" },
    { filter: "machineTags eq 'x'" },
    { filter: "machineTags/all(t: t eq 'x')" },
    { filter: "machineTags/any(t: u eq 'x')" },
    { filter: "riskScore/any(t: t eq 'x')" },
    { filter: "tag eq 'x'" },
    { filter: `${'('.repeat(5_000)}id eq 'a'${')'.repeat(5_000)}` },
  ])('refuses $filter', ({ filter }) => {
    expect(() => parseFilter(filter)).toThrow(ODataError);
  });

  it.each(['firstSeen', 'rbacGroupName', 'osBuild', 'ipAddresses', 'isExcluded'])(
    'refuses to filter on %s, which machines have',
    (property) => {
      const parse = (): unknown => parseFilter(`${property} eq null`);

      expect(parse).toThrow(`The property '${property}' cannot be used`);
    },
  );

  it('names a property that machines do not have', () => {
    expect(() => parseFilter('nonsense eq null')).toThrow("property named 'nonsense'");
  });
});
