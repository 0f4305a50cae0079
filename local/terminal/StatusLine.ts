const CLEAR_LINE = '\r\u001b[2K';

/** A terminal, a pipe or a file. */
export interface LineOutput {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** The last line of a terminal, which changes in place. Elsewhere each change is a line. */
export class StatusLine {
  private shown = '';

  constructor(private readonly output: LineOutput) {}

  show(line: string): void {
    if (line === this.shown) return;
    this.shown = line;
    this.output.write(this.output.isTTY ? `${CLEAR_LINE}${line}` : `${line}\n`);
  }

  /** Adds a line above it. */
  print(line: string): void {
    const isBelow = this.output.isTTY && this.shown !== '';
    this.output.write(isBelow ? `${CLEAR_LINE}${line}\n${this.shown}` : `${line}\n`);
  }

  /** Leaves it where it is; what follows is below it. */
  end(): void {
    if (this.output.isTTY && this.shown !== '') this.output.write('\n');
    this.shown = '';
  }

  clear(): void {
    if (this.output.isTTY && this.shown !== '') this.output.write(CLEAR_LINE);
    this.shown = '';
  }
}

/** `share` of the work is done, 0 … 1; `width` is in characters. */
export function bar(share: number, width: number): string {
  const filled = Math.round(Math.min(1, share) * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`;
}
