import fc from 'fast-check';
import type { Json } from '../../../shared/json/Json';
import { countKeys, withoutRepeatedKeys } from '../../../shared/json/withoutRepeatedKeys';

describe('withoutRepeatedKeys()', () => {
  it.each([
    { title: 'a second key', json: '{"a":1,"a":2}', is: '{"a":1,"a+":2}' },
    { title: 'each further one', json: '{"a":1,"a":2,"a":3}', is: '{"a":1,"a+":2,"a++":3}' },
    {
      title: 'a key that is equal once it is read',
      json: '{"a":1,"\\u0061" :2}',
      is: '{"a":1,"a+" :2}',
    },
    { title: 'a name that is taken', json: '{"a":1,"a+":2,"a":3}', is: '{"a":1,"a+":2,"a++":3}' },
    {
      title: 'keys of objects inside',
      json: '[{"a":{"b":1,"b":2}}]',
      is: '[{"a":{"b":1,"b+":2}}]',
    },
  ])('tells apart $title', ({ json, is }) => {
    expect(withoutRepeatedKeys(json)).toBe(is);
  });

  it('keeps 40 of them and the last, so that the names stay short', () => {
    const json = `{${Array.from({ length: 60 }, (_, at) => `"a":${at}`).join()}}`;

    const value = JSON.parse(withoutRepeatedKeys(json)) as Record<string, number>;

    expect(Object.values(value).slice(0, -1)).toEqual(Array.from({ length: 40 }, (_, at) => at));
    expect(Object.values(value).at(-1)).toBe(59);
  });

  it.each([
    { title: 'keys of different objects', json: '[{"a":1},{"a":{"a":2}}]' },
    { title: 'values', json: '{"a":["a","a"],"b":"a"}' },
    { title: 'what stands in a string', json: '{"a":"{\\"b\\":1,\\"b\\":2}","c":"]\\\\"}' },
  ])('leaves $title as they are', ({ json }) => {
    expect(withoutRepeatedKeys(json)).toBe(json);
  });

  it('leaves any JSON without repeated keys as it is', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(withoutRepeatedKeys(json)).toBe(json);
      }),
    );
  });
});

describe('countKeys()', () => {
  it.each<{ value: Json; keys: number }>([
    { value: null, keys: 0 },
    { value: ['a', 1], keys: 0 },
    { value: { a: 1, b: [{ c: {} }, { c: { d: null } }] }, keys: 5 },
  ])('counts $keys in $value', ({ value, keys }) => {
    expect(countKeys(value)).toBe(keys);
  });
});
