import { bar, StatusLine } from '../local/terminal/StatusLine';

const WIDTH = 30;

/** One line that grows in place; where output is not a terminal, a line for each tenth. */
export class ProgressBar {
  private readonly line = new StatusLine(process.stdout);
  private shown = -1;

  /** @param share of the work that is done, 0 … 1 */
  show(share: number, text: string): void {
    const step = Math.floor(Math.min(1, share) * (process.stdout.isTTY ? 1_000 : 10));
    if (step === this.shown) return;
    this.shown = step;
    this.line.show(`${bar(share, WIDTH)} ${text}`);
  }

  /** Puts a line of its own in place of the bar, until it grows again. */
  print(line: string): void {
    this.line.clear();
    this.line.print(line);
    this.shown = -1;
  }
}
