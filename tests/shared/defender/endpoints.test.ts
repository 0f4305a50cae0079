import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import { endpointOf, endpoints, queryKey } from '../../../shared/defender/endpoints';
import { ENDPOINT_IDS } from '../../../shared/defender/endpointIds';
import { AlertId } from '../../../shared/indicators/AlertId';
import { FileHash } from '../../../shared/indicators/FileHash';
import { MachineId } from '../../../shared/indicators/MachineId';
import { ip, queries, valid } from './queries';

const target = (query: DefenderQuery) => endpointOf(query).target(query);

describe('Endpoint.target', () => {
  it.each<{ what: string; query: DefenderQuery; target: string }>([
    {
      what: 'findByIp',
      query: queries.findByIp,
      target: "machines/findbyip(ip='10.1.2.3',timestamp=2026-11-20T08:15:00Z)",
    },
    {
      what: 'findByIp with milliseconds',
      query: { ...queries.findByIp, at: queries.findByIp.at + 7 },
      target: "machines/findbyip(ip='10.1.2.3',timestamp=2026-11-20T08:15:00.007Z)",
    },
    {
      what: 'findByIp of IPv6',
      query: { ...queries.findByIp, ip: ip('FD00:0::0001') },
      target: "machines/findbyip(ip='fd00::1',timestamp=2026-11-20T08:15:00Z)",
    },
    { what: 'ipAlerts', query: queries.ipAlerts, target: 'ips/10.1.2.3/alerts' },
    {
      what: 'ipAlerts of IPv6',
      query: { endpoint: 'ipAlerts', ip: ip('2001:DB8::1') },
      target: 'ips/2001:db8::1/alerts',
    },
    { what: 'machines', query: queries.machines, target: 'machines?$top=1000&$skip=0' },
    {
      what: 'machines, counted',
      query: { ...queries.machines, count: true },
      target: 'machines?$top=1000&$skip=0&$count=true',
    },
    {
      what: 'machines with a filter',
      query: {
        endpoint: 'machines',
        filter: { op: 'eq', property: 'computerDnsName', value: "o'neill&$top=1#+%" },
        top: 10,
        skip: 20,
      },
      target:
        'machines?$top=10&$skip=20&$filter=computerDnsName%20eq%20%27o%27%27neill%26%24top%3D1%23%2B%25%27',
    },
    {
      what: 'alertMachine',
      query: queries.alertMachine,
      target: 'alerts/da637472900382838869_1364969609/machine',
    },
    {
      what: 'alertMachine with a negative part, as given',
      query: {
        endpoint: 'alertMachine',
        alertId: valid(AlertId.parse('DA637308392288907382_-880718168')),
      },
      target: 'alerts/DA637308392288907382_-880718168/machine',
    },
    {
      what: 'fileMachines',
      query: queries.fileMachines,
      target: 'files/3395856ce81f2b7382dee72602f798b642f14140/machines',
    },
    {
      what: 'file',
      query: queries.file,
      target: 'files/3395856ce81f2b7382dee72602f798b642f14140',
    },
    {
      what: 'machine',
      query: queries.machine,
      target: 'machines/1e5bc9d7e413ddd7902c2932e418702b84d0cc07',
    },
  ])('of $what is $target', ({ query, target: expected }) => {
    expect(target(query)).toBe(expected);
  });

  it.each<{ why: string; query: DefenderQuery }>([
    { why: 'a page of no machines', query: { ...queries.machines, top: 0 } },
    { why: 'a page over 10,000', query: { ...queries.machines, top: 10_001 } },
    { why: 'a negative offset', query: { ...queries.machines, skip: -1 } },
    { why: 'half a machine', query: { ...queries.machines, skip: 0.5 } },
    { why: 'no instant', query: { ...queries.findByIp, at: NaN } },
    {
      why: 'machines of a SHA-256',
      query: { endpoint: 'fileMachines', sha1: valid(FileHash.parse('a'.repeat(64))) },
    },
    {
      why: "a machine by Entra's id",
      query: {
        endpoint: 'machine',
        id: valid(MachineId.parse('9b1a5c3e-1111-4222-8333-abcdefabcdef')),
      },
    },
  ])('refuses $why', ({ query }) => {
    expect(() => target(query)).toThrow();
  });
});

describe('endpoints', () => {
  it('hold one entry for each id, labelled as its route', () => {
    const labels = ENDPOINT_IDS.map((id) => endpoints[id].label);

    expect(labels).toEqual([
      'machines/findbyip',
      'ips/{ip}/alerts',
      'machines',
      'alerts',
      'alerts/{id}/machine',
      'files/{sha1}/machines',
      'files/{id}',
      'machines/{id}',
    ]);
  });

  it.each([
    { top: 1, timeoutMs: 30_000 },
    { top: 1_000, timeoutMs: 30_000 },
    { top: 10_000, timeoutMs: 100_000 },
  ])('give a page of $top machines $timeoutMs ms', ({ top, timeoutMs }) => {
    expect(endpoints.machines.timeoutMs({ ...queries.machines, top })).toBe(timeoutMs);
  });

  it('take a 404 on machines for a page without any, behind the end too', () => {
    const { notFoundIsAnswer } = endpoints.machines;

    expect(notFoundIsAnswer(queries.machines)).toBe(true);
    expect(notFoundIsAnswer({ ...queries.machines, skip: 1000 })).toBe(true);
  });
});

describe('queryKey()', () => {
  it('is the same for equal calls, however the value was spelled', () => {
    const key = queryKey({ ...queries.findByIp, ip: ip(' 2001:0DB8:0:0::1') });

    expect(queryKey({ ...queries.findByIp, ip: ip('2001:db8::1') })).toBe(key);
  });

  it('differs between endpoints, values, times, filters and pages', () => {
    const different: DefenderQuery[] = [
      ...Object.values(queries),
      { ...queries.findByIp, at: queries.findByIp.at + 1 },
      { ...queries.findByIp, ip: ip('10.1.2.4') },
      { ...queries.machines, skip: 1000 },
      { ...queries.machines, filter: { op: 'eq', property: 'riskScore', value: 'High' } },
      { ...queries.machines, filter: { op: 'ne', property: 'riskScore', value: 'High' } },
      { endpoint: 'machine', id: valid(MachineId.parse('ab'.repeat(20))) },
    ];

    expect(new Set(different.map(queryKey)).size).toBe(different.length);
  });
});
