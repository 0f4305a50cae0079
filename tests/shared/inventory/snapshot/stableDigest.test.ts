import type { Machine } from '../../../../shared/defender/DefenderAnswer';
import { stableDigest } from '../../../../shared/inventory/snapshot/stableDigest';

const machine: Machine = {
  id: 'a'.repeat(40),
  riskScore: 'Low',
  machineTags: ['one', 'two'],
  vmMetadata: { cloudProvider: 'azure', vmId: '1' },
  lastSeen: '2026-01-31T01:00:00Z',
};

describe('stableDigest()', () => {
  it.each([
    { what: 'what changes every day', differing: { lastSeen: 'later', agentVersion: '2' } },
    { what: 'addresses', differing: { lastIpAddress: '10.0.0.1', ipAddresses: [{}] } },
    { what: 'the external address', differing: { lastExternalIpAddress: '203.0.113.1' } },
    {
      what: 'the order of fields',
      differing: { vmMetadata: { vmId: '1', cloudProvider: 'azure' } },
    },
  ])('does not look at $what', ({ differing }) => {
    const reordered = Object.fromEntries(Object.entries({ ...machine, ...differing }).reverse());

    expect(stableDigest(reordered as Machine)).toBe(stableDigest(machine));
  });

  it.each([
    { what: 'a value', differing: { riskScore: 'High' } },
    { what: 'a field that is gone', differing: { riskScore: undefined } },
    { what: 'a field that nobody knows', differing: { unheardOf: null } },
    { what: 'the order of a list', differing: { machineTags: ['two', 'one'] } },
    {
      what: 'a value further down',
      differing: { vmMetadata: { cloudProvider: 'aws', vmId: '1' } },
    },
    { what: 'addresses further down', differing: { vmMetadata: { ipAddresses: [] } } },
  ])('looks at $what', ({ differing }) => {
    const changed = JSON.parse(JSON.stringify({ ...machine, ...differing })) as Machine;

    expect(stableDigest(changed)).not.toBe(stableDigest(machine));
  });
});
