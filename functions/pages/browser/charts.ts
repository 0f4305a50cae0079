import uPlot from 'uplot';
import { byId } from './dom';
import type { AheadView } from './view/aheadView';

const HEIGHT = 180;
const FLOW_COLORS = ['--c1', '--c2', '--c3', '--c4', '--c5', '--c6', '--c7'];
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 4], [12, 6]];

/** Of a curve, also in the table beside it: colour is never the only sign. */
export interface FlowStyle {
  readonly color: string;
  readonly dash: readonly number[];
}

export function flowStyle(index: number): FlowStyle {
  const color = variable(FLOW_COLORS[index % FLOW_COLORS.length] ?? '--c1');
  return { color, dash: DASHES[index % DASHES.length] ?? [] };
}

/** A chart in its place, as wide as that is, drawn anew when the colours of the system change. */
export class Chart {
  private plot: uPlot | null = null;
  private shape = '';
  private draw: () => void = () => undefined;

  constructor(private readonly id: string) {
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(byId(id));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      this.shape = '';
      this.draw();
    });
  }

  showCalls(callsPerMinute: readonly number[], now: number): void {
    this.draw = () => {
      const times = callsPerMinute.map(
        (_, minute) => now / 1_000 - 60 * (callsPerMinute.length - minute),
      );
      const bars = uPlot.paths.bars?.({ size: [0.8, 20] });
      const series = { stroke: variable('--accent'), fill: variable('--accent'), width: 0 };
      this.plotted(
        'calls',
        [times, [...callsPerMinute]],
        [{ ...series, points: { show: false }, ...(bars && { paths: bars }) }],
      );
    };
    this.draw();
  }

  showAhead({ times, flows }: AheadView): void {
    this.draw = () => {
      const series = flows.map((_, index) => {
        const { color, dash } = flowStyle(index);
        return { stroke: color, dash: [...dash], width: 2, points: { show: false } };
      });
      this.plotted(
        flows.map(({ flow }) => flow).join(),
        [[...times], ...flows.map(({ waiting }) => [...waiting])],
        series,
      );
    };
    this.draw();
  }

  private plotted(shape: string, data: number[][], series: readonly uPlot.Series[]): void {
    if (this.plot && shape === this.shape) {
      this.plot.setData(data as uPlot.AlignedData); // times first, then as many values for each series
      return;
    }
    this.plot?.destroy();
    this.shape = shape;
    const axis = {
      stroke: variable('--faint'),
      grid: { stroke: variable('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
    };
    this.plot = new uPlot(
      {
        ...this.size(),
        legend: { show: false },
        cursor: { show: false },
        scales: { y: { range: (_plot, _least, most) => [0, Math.max(4, most * 1.1)] } },
        axes: [
          { ...axis, values: timesOfDay, space: 64, size: 28 },
          { ...axis, size: 44 },
        ],
        series: [{}, ...series],
      },
      data as uPlot.AlignedData, // as above
      byId(this.id),
    );
  }

  private size(): { width: number; height: number } {
    return { width: Math.max(200, byId(this.id).clientWidth), height: HEIGHT };
  }
}

/** With seconds where the marks are closer than a minute. */
function timesOfDay(
  _plot: uPlot,
  marks: readonly number[],
  _axis: number,
  _space: number,
  apart: number,
): string[] {
  const short = { hour: '2-digit', minute: '2-digit' } as const;
  const options = apart < 60 ? ({ ...short, second: '2-digit' } as const) : short;
  return marks.map((at) => new Date(at * 1_000).toLocaleTimeString('en-GB', options));
}

function variable(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
