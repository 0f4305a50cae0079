import { addressOf } from '../../../functions/auth/addressOf';

describe('addressOf()', () => {
  it.each([
    { header: '203.0.113.9', address: '203.0.113.9' },
    { header: '203.0.113.9:51234', address: '203.0.113.9' },
    { header: '10.0.0.1, 203.0.113.9:51234', address: '203.0.113.9' },
    { header: '::ffff:203.0.113.9', address: '203.0.113.9' },
    { header: '[2001:db8:1:2:3::9]:51234', address: '2001:db8:1:2' },
    { header: '2001:db8:1:2:ffff::1', address: '2001:db8:1:2' },
    { header: 'unknown', address: '' },
    { header: '203.0.113.9, ', address: '' },
    { header: null, address: '' },
  ])('takes $header for "$address"', ({ header, address }) => {
    const headers = { get: (name: string) => (name === 'x-forwarded-for' ? header : null) };

    expect(addressOf(headers)).toBe(address);
  });
});
