const WIDTH = 860;
const LEFT = 64;
const RIGHT = 20;
const HEAD = 34;
const PANEL = { height: 96, gap: 46 };
/** Bars end here; a flood of rejected calls would flatten everything else. */
const MOST = 200;
const COLOURS = { accepted: '#2563eb', rejected: '#dc2626', ink: '#1f2937', faint: '#6b7280' };

export interface Series {
  readonly name: string;
  /** Calls by minute. */
  readonly accepted: readonly number[];
  readonly rejected: readonly number[];
}

/** Calls per minute, one panel for each: answered ones blue, rejected ones red on top. */
export function timelineSvg(
  series: readonly Series[],
  { caption, hours }: { readonly caption: string; readonly hours: number },
): string {
  const height = HEAD + series.length * (PANEL.height + PANEL.gap);
  const panels = series.map((each, index) =>
    panel(each, HEAD + 22 + index * (PANEL.height + PANEL.gap), hours),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="${COLOURS.ink}">
<title>${caption}</title>
<rect width="100%" height="100%" rx="6" fill="#fff"/>
<text x="${LEFT}" y="20">${caption}</text>
<rect x="612" y="10" width="11" height="11" fill="${COLOURS.accepted}"/><text x="628" y="20">answered</text>
<rect x="704" y="10" width="11" height="11" fill="${COLOURS.rejected}"/><text x="720" y="20">rejected with 429</text>
${panels.join('\n')}
</svg>
`;
}

function panel({ name, accepted, rejected }: Series, top: number, hours: number): string {
  const right = WIDTH - RIGHT;
  const base = top + PANEL.height;
  const y = (calls: number): string =>
    (base - (PANEL.height * Math.min(calls, MOST)) / MOST).toFixed(1);
  const minutes = Array.from({ length: hours * 60 }, (_, minute) => minute);
  const x = (minute: number): string =>
    (LEFT + (minute / minutes.length) * (right - LEFT)).toFixed(1);
  const all = (minute: number): number => (accepted[minute] ?? 0) + (rejected[minute] ?? 0);
  const bars = (colour: string, from: (minute: number) => number, to: typeof from): string => {
    const path = minutes
      .filter((minute) => to(minute) > from(minute))
      .map((at) => `M${x(at)} ${y(from(at))}V${y(to(at))}H${x(at + 1)}V${y(from(at))}z`);
    return `<path fill="${colour}" d="${path.join('')}"/>`;
  };
  const sum = (counts: readonly number[]): string =>
    counts
      .slice(0, minutes.length)
      .reduce((total, count) => total + count, 0)
      .toLocaleString('en-US');
  const marks = Array.from({ length: hours + 1 }, (_, hour) => {
    const anchor = hour === 0 ? 'start' : hour === hours ? 'end' : 'middle';
    return `<text x="${x(hour * 60)}" y="${base + 15}" text-anchor="${anchor}" fill="${COLOURS.faint}">${hour} h</text>`;
  });
  const isCut = minutes.some((minute) => all(minute) > MOST);
  return `<text x="${LEFT}" y="${top - 7}" font-weight="600">${name}</text>
<text x="${right}" y="${top - 7}" text-anchor="end">${sum(accepted)} answered, ${sum(rejected)} × 429</text>
${bars(
  COLOURS.accepted,
  () => 0,
  (minute) => accepted[minute] ?? 0,
)}
${bars(COLOURS.rejected, (minute) => accepted[minute] ?? 0, all)}
<path d="M${LEFT} ${y(100)}H${right}" stroke="${COLOURS.faint}" stroke-dasharray="4 3"/>
<text x="${LEFT - 6}" y="${Number(y(100)) + 4}" text-anchor="end" fill="${COLOURS.faint}">limit 100</text>
${isCut ? `<text x="${LEFT - 6}" y="${top + 8}" text-anchor="end" fill="${COLOURS.faint}">&gt; ${MOST}</text>` : ''}
<path d="M${LEFT} ${base}H${right}" stroke="${COLOURS.ink}"/>
${marks.join('')}`;
}
