import { printPath } from '../../../shared/json/printPath';

describe('printPath()', () => {
  it.each([
    { parts: [], path: '' },
    { parts: ['ip'], path: 'ip' },
    { parts: ['indicators', 2, 'ip'], path: 'indicators[2].ip' },
    { parts: [0, 1], path: '[0][1]' },
    { parts: ['observed-at'], path: 'observed-at' },
  ])('writes $parts as "$path"', ({ parts, path }) => {
    expect(printPath(parts)).toBe(path);
  });
});
