import { probeDefender } from '../../../shared/health/probeDefender';
import type { Breaker } from '../../../shared/quota/Quota';

describe('probeDefender()', () => {
  it('is content while no breaker is open', async () => {
    await expect(probeDefender(async () => null)).resolves.toBeUndefined();
  });

  it.each([
    { why: 'forbidden', code: 'defender.forbidden' },
    { why: 'unauthorized', code: 'defender.unavailable' },
    { why: 'failing', code: 'defender.unavailable' },
  ] as const)('fails with $code while one endpoint is $why', async ({ why, code }) => {
    const breaker: Breaker = { why, since: 0, failures: 3 };

    const probing = probeDefender(async (endpoint) => (endpoint === 'file' ? breaker : null));

    await expect(probing).rejects.toMatchObject({ code });
  });
});
