import type { Sample } from '../samples/Sample';
import { StatusLine, type LineOutput } from '../terminal/StatusLine';
import type { SampleCounts, SettledSample } from './SampleLedger';
import { unansweredRow, tableHead, toRow } from './SampleTable';

/** The table of samples as it grows; on a terminal with a line of progress below. */
export class SampleScreen {
  private readonly shown = new Set<string>();
  private readonly progress: StatusLine;

  constructor(
    private readonly out: LineOutput,
    private readonly startAt: number,
  ) {
    this.progress = new StatusLine(out);
  }

  begin(count: number): void {
    this.out.write(
      `\nSending ${count} sample messages; each gets its line when it is settled.\n\n`,
    );
    this.out.write(`${tableHead()}\n`);
  }

  addSettled(settled: SettledSample): void {
    this.shown.add(settled.sample.name);
    this.progress.print(toRow(settled));
  }

  showProgress({ sent, answered, quarantined }: SampleCounts): void {
    if (!this.out.isTTY) return;
    const seconds = Math.round((Date.now() - this.startAt) / 1000);
    this.progress.show(`${answered + quarantined} of ${sent} settled, ${seconds} s`);
  }

  /** Adds the lines that no record brings: repeats of other samples, and what is lost. */
  end(samples: readonly Sample[]): void {
    this.progress.clear();
    for (const sample of samples) {
      if (!this.shown.has(sample.name)) this.progress.print(unansweredRow(sample));
    }
    this.out.write('\n');
  }
}
