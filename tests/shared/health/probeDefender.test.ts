import { probeDefender } from '../../../shared/health/probeDefender';
import type { Breaker } from '../../../shared/quota/Quota';

describe('probeDefender()', () => {
  it.each([
    { title: 'no call was made', contact: null, expected: { isChecked: false } },
    {
      title: 'the last call was answered',
      contact: { endpoint: 'file', at: 7, isAnswered: true } as const,
      expected: { checkedAt: 7 },
    },
  ])('finds nothing wrong while no breaker is open and $title', async ({ contact, expected }) => {
    expect(await probeDefender(async () => null, contact)).toMatchObject(expected);
  });

  it('fails when nothing has answered the last call, long before a breaker opens', async () => {
    const probing = probeDefender(async () => null, {
      endpoint: 'file',
      at: 7,
      isAnswered: false,
    });

    await expect(probing).rejects.toMatchObject({ code: 'defender.unavailable' });
  });

  it.each([
    { why: 'forbidden', code: 'defender.forbidden' },
    { why: 'unauthorized', code: 'defender.unavailable' },
    { why: 'failing', code: 'defender.unavailable' },
  ] as const)('fails with $code while one endpoint is $why', async ({ why, code }) => {
    const breaker: Breaker = { why, since: 0, failures: 3 };

    const probing = probeDefender(async (endpoint) => (endpoint === 'file' ? breaker : null), null);

    await expect(probing).rejects.toMatchObject({ code });
  });
});
