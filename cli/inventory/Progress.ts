import type { WriteStream } from 'node:tty';
import type { InventoryRun } from '../../shared/inventory/run/InventoryRun';
import { progressLine, type ProgressDetails } from './progressLine';

const CLEAR_LINE = '\r\u001b[2K';
/** As shells tell an interrupted command. */
const INTERRUPTED = 130;

/** What the user sees of a run: one line that changes on a terminal, a line for each news elsewhere. */
export class Progress {
  private last = '';
  private readonly onSignal = (): void => {
    process.exit(INTERRUPTED);
  };
  private readonly onExit = (): void => {
    this.print(`Left in the middle. It goes on with: --resume ${this.runId ?? ''}`);
  };
  private runId: string | null = null;

  constructor(
    private readonly output: Pick<WriteStream, 'write' | 'isTTY'>,
    private readonly isSilent: boolean,
  ) {}

  /** From now on, whatever ends the process says how to go on. */
  start(runId: string): void {
    this.runId = runId;
    if (!this.isSilent) this.print(`Run ${runId}`);
    process.once('SIGINT', this.onSignal).once('SIGTERM', this.onSignal).once('exit', this.onExit);
  }

  show(run: InventoryRun, details: ProgressDetails): void {
    const line = progressLine(run, details);
    if (this.isSilent || line === this.last) return;
    this.last = line;
    this.output.write(this.output.isTTY ? `${CLEAR_LINE}${line}` : `${line}\n`);
  }

  /** Something that the user should know, above the line. */
  note(line: string): void {
    this.print(line);
    if (this.output.isTTY) this.output.write(this.last);
  }

  /** The run is over. */
  end(): void {
    process.off('SIGINT', this.onSignal).off('SIGTERM', this.onSignal).off('exit', this.onExit);
    if (this.output.isTTY && this.last !== '') this.output.write('\n');
    this.last = '';
  }

  private print(line: string): void {
    this.output.write(`${this.output.isTTY && this.last !== '' ? CLEAR_LINE : ''}${line}\n`);
  }
}
