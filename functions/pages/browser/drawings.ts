import { element } from './dom';
import { drawn } from './svg';
import { count, percent } from './view/format';
import type { Gauge } from './view/quotaView';

const WIDTH = 200;
const HEIGHT = 10;

/** A bar for what is used, and a line where the queue stops. */
export function gaugeDrawing({ usedFraction, reserveFraction, level, label }: Gauge): SVGElement {
  const line = reserveFraction === null ? [] : [reserveLine(reserveFraction * WIDTH)];
  return drawn(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': label,
      class: 'gauge',
    },
    [
      drawn('rect', { width: WIDTH, height: HEIGHT, class: 'track' }),
      drawn('rect', { width: usedFraction * WIDTH, height: HEIGHT, class: `used ${level}` }),
      ...line,
    ],
  );
}

const reserveLine = (x: number): SVGElement =>
  drawn('line', { x1: x, x2: x, y1: 0, y2: HEIGHT, class: 'reserve' });

/** One bar of all outcomes, and what each part is. */
export function outcomesDrawing(outcomes: Readonly<Record<string, number>>): Node {
  const entries = Object.entries(outcomes);
  const total = entries.reduce((sum, [, records]) => sum + records, 0);
  const place = document.createElement('div');
  if (total === 0) return element('p', 'No record in the last hour.', 'faint');
  let x = 0;
  const parts = entries.map(([outcome, records]) => {
    const width = (records / total) * WIDTH;
    x += width;
    return drawn('rect', { x: x - width, width, height: HEIGHT, class: `part-${outcome}` });
  });
  const bar = drawn(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
      class: 'gauge tall',
    },
    parts,
  );
  const list = document.createElement('ul');
  list.className = 'legend';
  list.append(
    ...entries.map(([outcome, records]) => {
      const swatch = drawn(
        'svg',
        { viewBox: '0 0 10 10', class: 'swatch', 'aria-hidden': 'true' },
        [drawn('rect', { width: 10, height: 10, class: `part-${outcome}` })],
      );
      const entry = element('li', swatch);
      entry.append(
        element('span', outcome),
        element('b', count(records)),
        element('span', percent(records, total), 'faint'),
      );
      return entry;
    }),
  );
  place.append(bar, list);
  return place;
}
