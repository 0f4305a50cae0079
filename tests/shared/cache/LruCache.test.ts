import { LruCache } from '../../../shared/cache/LruCache';

function createCache(limits: { entries?: number; bytes?: number }) {
  const cache = new LruCache<string>({ entries: 100, bytes: 1_000, ...limits });
  const kept = (...keys: string[]) => keys.filter((key) => cache.get(key) !== null);
  return { cache, kept };
}

describe('LruCache', () => {
  it('gives back what was set last', () => {
    const { cache } = createCache({});
    cache.set('a', 'first', 1);

    cache.set('a', 'second', 1);

    expect(cache.get('a')).toBe('second');
    expect(cache.get('b')).toBeNull();
  });

  it('forgets the longest unused when there are too many', () => {
    const { cache, kept } = createCache({ entries: 3 });
    for (const key of ['a', 'b', 'c']) cache.set(key, key, 1);
    cache.get('a');

    cache.set('d', 'd', 1);

    expect(kept('a', 'b', 'c', 'd')).toEqual(['a', 'c', 'd']);
  });

  it('forgets as many as it takes when they are too large', () => {
    const { cache, kept } = createCache({ bytes: 10 });
    for (const key of ['a', 'b', 'c']) cache.set(key, key, 3);

    cache.set('d', 'd', 6);

    expect(kept('a', 'b', 'c', 'd')).toEqual(['c', 'd']);
  });

  it('counts a replaced value no more', () => {
    const { cache, kept } = createCache({ bytes: 10 });
    cache.set('a', 'a', 9);
    cache.set('a', 'a', 1);

    cache.set('b', 'b', 9);

    expect(kept('a', 'b')).toEqual(['a', 'b']);
  });

  it('does not keep what is larger than all its room, nor the value before it', () => {
    const { cache, kept } = createCache({ bytes: 10 });
    cache.set('a', 'a', 1);
    cache.set('b', 'b', 1);

    cache.set('b', 'b', 11);

    expect(kept('a', 'b')).toEqual(['a']);
  });
});
