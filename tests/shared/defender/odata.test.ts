import fc from 'fast-check';
import { printFilter, type ODataFilter } from '../../../shared/defender/odata';

const low: ODataFilter = { op: 'eq', property: 'riskScore', value: 'Low' };
const active: ODataFilter = { op: 'ne', property: 'healthStatus', value: 'Inactive' };
const tagged: ODataFilter = { op: 'any', property: 'machineTags', value: 'vip' };

describe('printFilter()', () => {
  it.each<{ filter: ODataFilter; printed: string }>([
    { filter: low, printed: `riskScore eq 'Low'` },
    { filter: tagged, printed: `machineTags/any(tag: tag eq 'vip')` },
    {
      filter: { op: 'startswith', property: 'computerDnsName', value: 'desktop-17.' },
      printed: `startswith(computerDnsName,'desktop-17.')`,
    },
    {
      filter: { op: 'gt', property: 'lastSeen', value: Date.UTC(2026, 0, 2, 3, 4, 5, 67) },
      printed: 'lastSeen gt 2026-01-02T03:04:05.067Z',
    },
    {
      filter: { op: 'gt', property: 'lastSeen', value: Date.UTC(2018, 7, 1) },
      printed: 'lastSeen gt 2018-08-01T00:00:00Z',
    },
    { filter: { op: 'le', property: 'rbacGroupId', value: 140 }, printed: 'rbacGroupId le 140' },
    {
      filter: {
        op: 'eq',
        property: 'aadDeviceId',
        value: '72f988bf-86f1-41af-91ab-2d7cd011db47',
      },
      printed: 'aadDeviceId eq 72f988bf-86f1-41af-91ab-2d7cd011db47',
    },
    {
      filter: { op: 'and', operands: [low, active, tagged] },
      printed: `riskScore eq 'Low' and healthStatus ne 'Inactive' and machineTags/any(tag: tag eq 'vip')`,
    },
    {
      filter: { op: 'or', operands: [low, { op: 'and', operands: [active, tagged] }] },
      printed: `riskScore eq 'Low' or (healthStatus ne 'Inactive' and machineTags/any(tag: tag eq 'vip'))`,
    },
    {
      filter: { op: 'and', operands: [{ op: 'or', operands: [low, active] }, tagged] },
      printed: `(riskScore eq 'Low' or healthStatus ne 'Inactive') and machineTags/any(tag: tag eq 'vip')`,
    },
    {
      filter: { op: 'in', property: 'computerDnsName', values: ["o'hara", 'srv-1'] },
      printed: `computerDnsName in ('o''hara','srv-1')`,
    },
    {
      filter: {
        op: 'in',
        property: 'aadDeviceId',
        values: ['72f988bf-86f1-41af-91ab-2d7cd011db47'],
      },
      printed: 'aadDeviceId in (72f988bf-86f1-41af-91ab-2d7cd011db47)',
    },
  ])('writes $printed', ({ filter, printed }) => {
    expect(printFilter(filter)).toBe(printed);
  });

  it('keeps any text inside its literal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const printed = printFilter({ op: 'eq', property: 'id', value });

        const literal = /^id eq '((?:[^']|'')*)'$/s.exec(printed)?.[1];
        return literal?.replaceAll("''", "'") === value;
      }),
    );
  });

  it.each<{ why: string; filter: ODataFilter }>([
    {
      why: 'a device id that is not a GUID',
      filter: { op: 'eq', property: 'aadDeviceId', value: `x or id ne 'y'` },
    },
    {
      why: 'an instant that is not a number',
      filter: { op: 'gt', property: 'lastSeen', value: NaN },
    },
    { why: 'a fraction', filter: { op: 'eq', property: 'rbacGroupId', value: 1.5 } },
    {
      why: 'an instant beyond all time',
      filter: { op: 'gt', property: 'lastSeen', value: 1e16 - 2 },
    },
  ])('refuses $why', ({ filter }) => {
    expect(() => printFilter(filter)).toThrow();
  });
});
