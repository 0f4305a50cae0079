import { sparseMachine } from '../../../local/defender/entities/Machine';
import { MACHINE_PROPERTIES } from '../../../local/defender/odata/properties';
import { readFilter } from '../../../local/defender/odata/readFilter';
import { DEFAULT_BEHAVIOUR } from '../../../local/defender/Behaviour';
import { machineSchema } from '../../../shared/defender/DefenderAnswer';
import { matchesFilter } from '../../../shared/defender/matchesFilter';
import { parseFilter } from '../../../shared/defender/parseFilter';

const ROWS = [
  {
    ...sparseMachine('a1'),
    computerDnsName: 'WS-1.contoso.com',
    riskScore: 'High',
    rbacGroupId: 140,
    lastSeen: '2026-11-20T08:15:03.7791856Z',
    lastIpAddress: '10.1.2.3',
    machineTags: ['site:ber', "owner:O'Brien"],
    aadDeviceId: '80FE8FF8-2624-418e-9591-41f0491218f9',
  },
  {
    ...sparseMachine('b2'),
    computerDnsName: "o'brien.contoso.com",
    lastSeen: '2026-11-01T00:00:00Z',
    machineTags: [],
  },
  sparseMachine('c3'),
];

const FILTERS = [
  { filter: "computerDnsName eq 'ws-1.CONTOSO.com'", ids: ['a1'] },
  { filter: "computerDnsName ne 'ws-1.contoso.com'", ids: ['b2', 'c3'] },
  { filter: "computerDnsName in ('o''brien.contoso.com','ws-1.contoso.com')", ids: ['a1', 'b2'] },
  { filter: "startswith(computerDnsName,'WS-1.')", ids: ['a1'] },
  { filter: "startswith(computerDnsName,'')", ids: ['a1', 'b2'] },
  { filter: "id in ('C3','x')", ids: ['c3'] },
  { filter: "lastIpAddress eq '10.1.2.3'", ids: ['a1'] },
  { filter: "machineTags/any(tag: tag eq 'owner:o''brien')", ids: ['a1'] },
  { filter: 'aadDeviceId in (80fe8ff8-2624-418e-9591-41f0491218f9)', ids: ['a1'] },
  { filter: 'rbacGroupId eq 140', ids: ['a1'] },
  { filter: 'rbacGroupId lt 141', ids: ['a1'] },
  { filter: 'rbacGroupId ge 141', ids: [] },
  { filter: 'lastSeen gt 2026-11-10T00:00:00Z', ids: ['a1'] },
  { filter: 'lastSeen le 2026-11-01T00:00:00Z', ids: ['b2'] },
  { filter: "riskScore eq 'high' and (id eq 'a1' or id eq 'b2')", ids: ['a1'] },
];

describe('matchesFilter()', () => {
  it.each(FILTERS)('lets $ids through $filter', ({ filter, ids }) => {
    const parsed = parseFilter(filter);
    if (!parsed.ok) throw new Error(parsed.problem.message);

    const matching = ROWS.filter((row) => matchesFilter(parsed.filter, machineSchema.parse(row)));

    expect(matching.map(({ id }) => id)).toEqual(ids);
  });

  it.each(FILTERS)('judges as the local Defender does by $filter', ({ filter, ids }) => {
    const matching = ROWS.filter(readFilter(filter, MACHINE_PROPERTIES, DEFAULT_BEHAVIOUR));

    expect(matching.map(({ id }) => id)).toEqual(ids);
  });
});
