const WIDTH = 30;

/** One line that grows in place; where output is no terminal, a line per tenth. */
export class ProgressBar {
  private shown = -1;

  /** @param share of the work that is done, 0 … 1 */
  show(share: number, text: string): void {
    const step = Math.floor(Math.min(1, share) * (process.stdout.isTTY ? 1_000 : 10));
    if (step === this.shown) return;
    this.shown = step;
    const full = Math.round(Math.min(1, share) * WIDTH);
    const line = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)} ${text}`;
    process.stdout.write(process.stdout.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  /** Puts a line of its own above the bar. */
  print(line: string): void {
    process.stdout.write(`${process.stdout.isTTY ? '\r\x1b[K' : ''}${line}\n`);
    this.shown = -1;
  }
}
