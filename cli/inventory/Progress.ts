import { StatusLine, type LineOutput } from '../../local/terminal/StatusLine';
import type { InventoryRun } from '../../shared/inventory/run/InventoryRun';
import { progressLine, type ProgressDetails } from './progressLine';

/** Exit code of an interrupted command, as in shells. */
const INTERRUPTED = 130;

/** What the user sees of a run: one line that changes on a terminal, a line for each change elsewhere. */
export class Progress {
  private readonly line: StatusLine;
  private runId: string | null = null;
  private readonly onSignal = (): void => {
    process.exit(INTERRUPTED);
  };
  private readonly onExit = (): void => {
    this.line.end();
    this.line.print(`Interrupted. Continue with: --resume ${this.runId ?? ''}`);
  };

  constructor(
    output: LineOutput,
    private readonly isSilent: boolean,
  ) {
    this.line = new StatusLine(output);
  }

  /** From now on, any end of the process prints how to continue. */
  start(runId: string): void {
    this.runId = runId;
    this.say(`Run ${runId}`);
    process.once('SIGINT', this.onSignal).once('SIGTERM', this.onSignal).once('exit', this.onExit);
  }

  show(run: InventoryRun, details: ProgressDetails): void {
    if (!this.isSilent) this.line.show(progressLine(run, details));
  }

  /** Information for people; omitted if the output is for a program. */
  say(line: string): void {
    if (!this.isSilent) this.line.print(line);
  }

  /** Something that the user should know, above the line. */
  note(line: string): void {
    this.line.print(line);
  }

  /** The run is over. */
  end(): void {
    process.off('SIGINT', this.onSignal).off('SIGTERM', this.onSignal).off('exit', this.onExit);
    this.line.end();
  }
}
