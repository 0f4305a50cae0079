import type { IndicatorKind } from '../indicators/Indicator';
import { MAX_INDICATORS } from './EntryReader';
import { toLeftOut } from './LeftOut';
import { MAX_LEFT_OUT } from './LeftOutList';
import type { SiemIndicator, SiemRequest } from './SiemRequest';

/** How precisely a value of a kind leads to a machine: the order in which they are kept. */
const PRECISION: readonly string[] = [
  'machine',
  'alert',
  'host',
  'ip',
  'file',
] satisfies readonly IndicatorKind[];

/** The first 500 indicators of a message by precision; the others are left out. */
export function limitIndicators(requests: readonly SiemRequest[]): readonly SiemRequest[] {
  const all = requests.flatMap(({ indicators }) => indicators);
  if (all.length <= MAX_INDICATORS) return requests;
  const byPrecision = all.toSorted((a, b) => rankOf(a) - rankOf(b));
  const kept = new Set(byPrecision.slice(0, MAX_INDICATORS));
  return requests.map((request) => {
    const over = request.indicators.filter((each) => !kept.has(each));
    const free = Math.max(0, MAX_LEFT_OUT - request.leftOut.length);
    return {
      ...request,
      indicators: request.indicators.filter((each) => kept.has(each)),
      leftOut: [
        ...request.leftOut,
        ...over.slice(0, free).map(({ text, path }) => toLeftOut(text, path, 'entry.overLimit')),
      ],
      leftOutCount: request.leftOutCount + over.length,
    };
  });
}

function rankOf({ kind }: SiemIndicator): number {
  const rank = PRECISION.indexOf(kind);
  return rank < 0 ? PRECISION.length : rank;
}
