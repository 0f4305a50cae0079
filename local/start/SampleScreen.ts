import type { WriteStream } from 'node:tty';
import type { Sample } from '../samples/Sample';
import type { SampleCounts, SettledSample } from './SampleLedger';
import { unansweredRow, tableHead, toRow } from './SampleTable';

const CLEAR_LINE = '\r\u001b[2K';

/** The table of samples as it grows; on a terminal with a line of progress below. */
export class SampleScreen {
  private readonly shown = new Set<string>();
  private progress = '';

  constructor(
    private readonly out: Pick<WriteStream, 'write'> & { readonly isTTY?: boolean },
    private readonly startAt: number,
  ) {}

  begin(count: number): void {
    this.out.write(
      `\nSending ${count} sample messages; each gets its line when it is settled.\n\n`,
    );
    this.out.write(`${tableHead()}\n`);
  }

  addSettled(settled: SettledSample): void {
    this.shown.add(settled.sample.name);
    this.writeAbove(toRow(settled));
  }

  showProgress({ sent, answered, quarantined }: SampleCounts): void {
    if (!this.out.isTTY) return;
    const seconds = Math.round((Date.now() - this.startAt) / 1000);
    this.progress = `${answered + quarantined} of ${sent} settled, ${seconds} s`;
    this.out.write(`${CLEAR_LINE}${this.progress}`);
  }

  /** Adds the lines that no record brings: repeats of other samples, and what is lost. */
  end(samples: readonly Sample[]): void {
    this.progress = '';
    for (const sample of samples) {
      if (!this.shown.has(sample.name)) this.writeAbove(unansweredRow(sample));
    }
    if (this.out.isTTY) this.out.write(CLEAR_LINE);
    this.out.write('\n');
  }

  private writeAbove(line: string): void {
    this.out.write(`${this.out.isTTY ? CLEAR_LINE : ''}${line}\n${this.progress}`);
  }
}
