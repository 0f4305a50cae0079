import { Place } from '../../../../shared/siem/formats/Place';

describe('Place', () => {
  it.each([
    { title: 'nested', body: { host: { os: { name: 'x' } } } },
    { title: 'dotted', body: { 'host.os.name': 'x' } },
    { title: 'in a mix of both', body: { 'host.os': { name: 'x' } } },
    { title: 'in the other mix', body: { host: { 'os.name': 'x' } } },
    {
      title: 'in a branch beside an empty one',
      body: { host: { os: 'y' }, 'host.os': { name: 'x' } },
    },
  ])('finds a field $title, at one path', ({ body }) => {
    const place = Place.of(body).at('host.os.name');

    expect([place.value, place.path]).toEqual(['x', 'host.os.name']);
  });

  it('finds the first of several keys that is given', () => {
    const place = Place.of({ a: null, b: '', c: [], d: 'x' });

    expect(place.at('a', 'b', 'c', 'd').path).toBe('d');
    expect(place.at('a', 'e')).toMatchObject({ value: null, path: 'a', isGiven: false });
  });

  it('has no fields but its own', () => {
    const place = Place.of({ a: {} });

    expect(place.at('constructor', '__proto__', 'a.toString').value).toBeNull();
  });

  it.each([
    { value: ' x ', text: 'x' },
    { value: 7, text: '7' },
    { value: '', text: null },
    { value: true, text: null },
    { value: ['x'], text: null },
    { value: null, text: null },
  ])('reads $value as the text $text', ({ value, text }) => {
    expect(Place.of(value).text).toBe(text);
  });

  it('lists the entries of a list, and a single value as a list of one', () => {
    const place = Place.of({ a: ['x', 'y'], b: 'z', c: [null] });

    expect(place.at('a').list.map(({ path }) => path)).toEqual(['a[0]', 'a[1]']);
    expect(place.at('b').list.map(({ path }) => path)).toEqual(['b']);
    expect(place.at('c').list).toEqual([]);
  });

  it('reads JSON in a text as if it stood there, unless it is broken or too deep', () => {
    const deep = '['.repeat(20) + ']'.repeat(20);
    const place = Place.of({ a: '[{"b":1}]', broken: '{"b":', deep, plain: 'x' });

    expect(place.at('a').json().list[0]?.at('b').path).toBe('a[0].b');
    expect(['broken', 'deep', 'plain'].map((key) => place.at(key).json().value)).toEqual([
      '{"b":',
      deep,
      'x',
    ]);
  });

  it('splits a text into parts at its own path', () => {
    const parts = Place.of({ ips: '10.1.2.3, 10.1.2.4' }).at('ips').split(',');

    expect(parts.map(({ text, path }) => [text, path])).toEqual([
      ['10.1.2.3', 'ips'],
      ['10.1.2.4', 'ips'],
    ]);
  });
});
