import { keyValuesOf } from '../../../../shared/siem/formats/keyValues';

describe('keyValuesOf()', () => {
  it.each<{ title: string; text: string; pairs: [string, string][] }>([
    {
      title: 'pairs parted by spaces',
      text: 'src=10.1.2.3 dst=10.1.2.4',
      pairs: [
        ['src', '10.1.2.3'],
        ['dst', '10.1.2.4'],
      ],
    },
    {
      title: 'pairs parted by commas and text before them',
      text: '1795162500, src="10.1.2.3", user=ann',
      pairs: [
        ['src', '10.1.2.3'],
        ['user', 'ann'],
      ],
    },
    {
      title: 'quoted values with spaces, pairs and quotes in them',
      text: 'msg="a \\"b\\" src=10.9.9.9 c" src=10.1.2.3',
      pairs: [
        ['msg', 'a "b" src=10.9.9.9 c'],
        ['src', '10.1.2.3'],
      ],
    },
    {
      title: 'the first of equal keys',
      text: 'src=10.1.2.3 src=10.1.2.4',
      pairs: [['src', '10.1.2.3']],
    },
    {
      title: 'a quote that is never closed, to the end',
      text: 'msg="a b',
      pairs: [['msg', 'a b']],
    },
    { title: 'no key that holds anything but a word', text: 'a?=1 =2 b/c=3', pairs: [] },
  ])('reads $title', ({ text, pairs }) => {
    expect([...keyValuesOf(text)]).toEqual(pairs);
  });

  it('reads a thousand pairs at most', () => {
    const text = Array.from({ length: 2000 }, (_, i) => `k${i}=1`).join(' ');

    expect(keyValuesOf(text).size).toBe(1000);
  });
});
