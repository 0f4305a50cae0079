import type { WorldReport } from '../tests/simulation/WorldReport';

const WIDTH = 860;
const PANEL = { height: 120, gap: 44, left: 60 };
const MINUTE_MS = 60_000;
/** Bars end here; a flood of rejected calls would flatten everything else. */
const MOST = 200;

/** Calls per minute, one panel for each: answered ones blue, rejected ones red on top. */
export function timelineSvg(
  series: readonly { readonly name: string; readonly report: WorldReport }[],
  hours: number,
): string {
  const minutes = hours * 60;
  const height = series.length * (PANEL.height + PANEL.gap) + 30;
  const panels = series.map(({ name, report }, index) => {
    const top = 30 + index * (PANEL.height + PANEL.gap);
    return panel({ name, report, top, minutes });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${panels.join('\n')}
</svg>
`;
}

function panel(options: {
  name: string;
  report: WorldReport;
  top: number;
  minutes: number;
}): string {
  const { name, report, top, minutes } = options;
  const { height, left } = PANEL;
  const step = (WIDTH - left - 20) / minutes;
  const perMinute = (times: readonly number[]): number[] => {
    const counts = new Array<number>(minutes).fill(0);
    for (const at of times) {
      const minute = Math.floor(at / MINUTE_MS);
      if (minute < minutes) counts[minute] = (counts[minute] ?? 0) + 1;
    }
    return counts;
  };
  const rejected = perMinute(report.rejected);
  const bars = perMinute(report.accepted).map((answered, minute) => {
    const bar = (from: number, to: number, colour: string): string => {
      const [low, high] = [Math.min(from, MOST), Math.min(to, MOST)];
      if (high <= low) return '';
      const y = top + height * (1 - high / MOST);
      const tall = (height * (high - low)) / MOST;
      return `<rect x="${(left + minute * step).toFixed(1)}" y="${y.toFixed(1)}" width="${step.toFixed(1)}" height="${tall.toFixed(1)}" fill="${colour}"/>`;
    };
    const all = answered + (rejected[minute] ?? 0);
    return bar(0, answered, '#2563eb') + bar(answered, all, '#dc2626');
  });
  const limitY = top + height / 2;
  const hoursMarks = Array.from({ length: minutes / 60 + 1 }, (_, hour) => {
    const x = left + hour * 60 * step;
    return `<text x="${x.toFixed(1)}" y="${top + height + 14}" text-anchor="middle" fill="#555">${hour} h</text>`;
  });
  const inTime = (times: readonly number[]): number =>
    times.filter((at) => at < minutes * MINUTE_MS).length;
  const figures = `${inTime(report.accepted).toLocaleString('en-US')} answered, ${inTime(report.rejected).toLocaleString('en-US')} × 429`;
  return `<text x="${left}" y="${top - 8}" font-weight="bold">${name}: ${figures}</text>
<line x1="${left}" x2="${WIDTH - 20}" y1="${limitY}" y2="${limitY}" stroke="#999" stroke-dasharray="4 3"/>
<text x="${left - 6}" y="${limitY + 4}" text-anchor="end" fill="#555">100/min</text>
<line x1="${left}" x2="${WIDTH - 20}" y1="${top + height}" y2="${top + height}" stroke="#333"/>
${bars.join('')}
${hoursMarks.join('')}`;
}
