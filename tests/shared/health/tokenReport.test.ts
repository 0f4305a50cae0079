import { describeToken, tokenReport } from '../../../shared/health/tokenReport';

const NOW = Date.UTC(2026, 10, 21, 8);
const state = { issuedAt: NOW - 12.5 * 60_000, roles: ['Machine.Read.All'] };

describe('tokenReport()', () => {
  it.each([
    { mode: 'managedIdentity', note: 'up to 24 hours' },
    { mode: 'clientSecret', note: 'once a minute' },
    { mode: 'federated', note: 'once a minute' },
  ] as const)('says how old the token is and, with $mode, what that means', ({ mode, note }) => {
    const report = tokenReport(state, mode, NOW);

    expect(report).toMatchObject({
      issuedAt: '2026-11-21T07:47:30.000Z',
      ageMs: 750_000,
      roles: ['Machine.Read.All'],
      note: expect.stringContaining(note) as string,
    });
    expect(describeToken(report)).toMatch(
      /^Issued at 2026-11-21T07:47:30.000Z, 12 minutes ago\. A role/,
    );
  });

  it('keeps the roles out of the words for everybody', () => {
    expect(describeToken(tokenReport(state, 'managedIdentity', NOW))).not.toContain('Machine');
  });

  it.each([
    { what: 'a token that says nothing', issuedAt: null, ageMs: null },
    { what: 'an issuer whose clock is ahead', issuedAt: NOW + 5_000, ageMs: 0 },
  ])('knows no age, or none below zero, of $what', ({ issuedAt, ageMs }) => {
    const report = tokenReport({ issuedAt, roles: null }, 'managedIdentity', NOW);

    expect(report.ageMs).toBe(ageMs);
  });
});
