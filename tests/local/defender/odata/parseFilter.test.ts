import { type Machine, sparseMachine } from '../../../../local/defender/entities/Machine';
import { compileFilter, type StringCase } from '../../../../local/defender/odata/compileFilter';
import { countNodes } from '../../../../local/defender/odata/countNodes';
import { ODataError } from '../../../../local/defender/odata/ODataError';
import { parseFilter } from '../../../../local/defender/odata/parseFilter';
import { ALERT_PROPERTIES, MACHINE_PROPERTIES } from '../../../../local/defender/odata/properties';

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
  MACHINES.filter(compileFilter(parseFilter(filter, MACHINE_PROPERTIES), stringCase))
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
    { filter: "id in ('a','C')", ids: 'ac' },
    { filter: "computerDnsName in ( 'SRV-1', 'ws-2.contoso.com') or id IN ('d')", ids: 'bcd' },
    { filter: 'rbacGroupId in (0,1)', ids: 'b' },
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
    { filter: 'id in ()' },
    { filter: "id in 'a'" },
    { filter: "id in ('a'" },
    { filter: "machineTags in ('x')" },
    { filter: `${'('.repeat(5_000)}id eq 'a'${')'.repeat(5_000)}` },
  ])('refuses $filter', ({ filter }) => {
    expect(() => parseFilter(filter, MACHINE_PROPERTIES)).toThrow(ODataError);
  });

  it.each(['firstSeen', 'rbacGroupName', 'osBuild', 'ipAddresses', 'isExcluded'])(
    'refuses to filter on %s, which machines have',
    (property) => {
      const parse = (): unknown => parseFilter(`${property} eq null`, MACHINE_PROPERTIES);

      expect(parse).toThrow(`The property '${property}' cannot be used`);
    },
  );

  it('names a property that machines do not have', () => {
    const parse = (): unknown => parseFilter('nonsense eq null', MACHINE_PROPERTIES);

    expect(parse).toThrow("property named 'nonsense'");
  });

  it('knows the properties of alerts', () => {
    expect(() =>
      parseFilter("id in ('da1') and severity eq 'High'", ALERT_PROPERTIES),
    ).not.toThrow();
    expect(() => parseFilter("computerDnsName eq 'x'", ALERT_PROPERTIES)).toThrow(
      "property named 'computerDnsName' on type 'Microsoft.WindowsDefenderATP.Api.Alert'",
    );
  });

  it('does not know `in` where the service is without it', () => {
    const parse = (): unknown => parseFilter("id in ('a')", MACHINE_PROPERTIES, { takesIn: false });

    expect(parse).toThrow("Syntax error near 'in'");
  });

  it.each([
    { title: '16 alternatives', clauses: 16, isWithin: true },
    { title: '17 alternatives', clauses: 17, isWithin: false },
  ])("$title are within ASP.NET's 100 nodes: $isWithin", ({ clauses, isWithin }) => {
    const filter = Array.from({ length: clauses }, () => "id eq 'a'").join(' or ');

    expect(countNodes(parseFilter(filter, MACHINE_PROPERTIES)) <= 100).toBe(isWithin);
  });

  it('counts a list of `in` as one, however long', () => {
    const listOf = (length: number): string =>
      `id in (${Array.from({ length }, () => "'a'").join(',')})`;
    const nodesOf = (length: number): number =>
      countNodes(parseFilter(listOf(length), MACHINE_PROPERTIES));

    expect(nodesOf(500)).toBe(nodesOf(1));
  });
});
