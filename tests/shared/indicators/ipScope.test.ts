import { Ip } from '../../../shared/indicators/Ip';
import { ipScope } from '../../../shared/indicators/ipScope';
import { parseIpRanges, type IpRange } from '../../../shared/indicators/parseIpRanges';

const scopeOf = (text: string, ranges: readonly IpRange[] = []) => {
  const parsed = Ip.parse(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return ipScope(parsed.indicator, ranges);
};

describe('ipScope', () => {
  it.each([
    '10.0.0.0',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '100.127.255.255',
    '::ffff:10.1.2.3',
    'fc00::1',
    'fd12:3456:789a::17',
    '2001:db8::1',
    '2600:1f00::1',
    '3fff::1',
  ])('of %s is internal', (text) => {
    expect(scopeOf(text)).toBe('internal');
  });

  it.each([
    '9.255.255.255',
    '11.0.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '8.8.8.8',
    '203.0.113.7',
    '64:ff9b::8.8.8.8',
    '4000::1',
  ])('of %s is external', (text) => {
    expect(scopeOf(text)).toBe('external');
  });

  it('is internal inside the configured ranges too', () => {
    const ranges = parseIpRanges('203.0.113.0/28, 64:ff9b::/96') ?? [];

    expect(scopeOf('203.0.113.15', ranges)).toBe('internal');
    expect(scopeOf('203.0.113.16', ranges)).toBe('external');
    expect(scopeOf('64:ff9b::8.8.8.8', ranges)).toBe('internal');
  });

  it('keeps versions apart: all of IPv6 is no range of IPv4', () => {
    const ranges = parseIpRanges('::/0') ?? [];

    expect(scopeOf('8.8.8.8', ranges)).toBe('external');
  });
});
