import type { AppContext } from '../../shared/app/createAppContext';
import { AppError } from '../../shared/errors/AppError';
import { CannotStart } from './CannotStart';
import { openContext } from './openContext';

/** What a command prints, and its exit code. */
export interface CommandResult {
  readonly exitCode: 0 | 1;
  readonly output: string;
}

/** A command that looks at, or changes, what the app keeps. `begin` reads the arguments: null = help was asked for. */
export interface Command {
  readonly help: string;
  readonly begin: (
    args: readonly string[],
  ) => ((context: AppContext) => Promise<CommandResult>) | null;
}

/** Runs it with the settings of this process, and sets the exit code: 2 if it could not start. */
export async function runCommand({ help, begin }: Command): Promise<void> {
  try {
    const work = begin(process.argv.slice(2));
    if (!work) {
      process.stdout.write(help);
      return;
    }
    const note = (text: string) => process.stderr.write(`${text}\n`);
    const context = openContext({ say: note, note });
    try {
      const { exitCode, output } = await work(context);
      process.stdout.write(`${output}\n`);
      process.exitCode = exitCode;
    } finally {
      await context.close();
    }
  } catch (error) {
    const isExpected = error instanceof CannotStart || error instanceof AppError;
    console.error(isExpected ? error.message : error);
    process.exitCode = 2;
  }
}

/** Refusals of `parseArgs` as such of the command. @throws {CannotStart} */
export function readArgs<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CannotStart) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new CannotStart(`${message}\n--help says what there is.`);
  }
}
