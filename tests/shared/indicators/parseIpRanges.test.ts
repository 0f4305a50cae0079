import { parseIpRanges } from '../../../shared/indicators/parseIpRanges';

const written = (text: string) =>
  parseIpRanges(text)?.map(([base, bits]) => `${base.toString()}/${bits}`) ?? null;

describe('parseIpRanges', () => {
  it.each([
    { text: 'none', ranges: [] },
    { text: ' None ', ranges: [] },
    { text: '203.0.113.0/24', ranges: ['203.0.113.0/24'] },
    { text: ' 203.0.113.0/24 , 2001:DB8::/32 ', ranges: ['203.0.113.0/24', '2001:db8::/32'] },
    { text: '0.0.0.0/0,127.0.0.0/8', ranges: ['0.0.0.0/0', '127.0.0.0/8'] },
    { text: '203.0.113.7/32,::1/128', ranges: ['203.0.113.7/32', '::1/128'] },
  ])('reads $text', ({ text, ranges }) => {
    expect(written(text)).toEqual(ranges);
  });

  it.each([
    ',',
    '203.0.113.0/24,',
    '203.0.113.0',
    '203.0.113.0/',
    '203.0.113.0/33',
    '203.0.113.0/-1',
    '203.0.113.0/24/8',
    '203.0.113.0/255.255.255.0',
    '203.0.113/24',
    '010.0.0.0/8',
    '2001:db8::/129',
    'fe80::%1/64',
    '::ffff:10.0.0.0/104',
    '10.0.0.0/8;192.0.2.0/24',
    'contoso.com/8',
  ])('refuses %j', (text) => {
    expect(parseIpRanges(text)).toBeNull();
  });
});
