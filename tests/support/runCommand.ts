import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';

export interface CommandResult {
  /** The exit code, or the signal that ended it. */
  readonly ended: number | NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

/** A compiled command, as npm runs it, away from the developer's own settings. `onStart` gets its process. */
export function runCommand(
  main: string,
  args: readonly string[],
  {
    settings = {},
    folder = tmpdir(),
    onStart = () => undefined,
  }: {
    readonly settings?: Readonly<Record<string, string>>;
    /** Where it runs. */
    readonly folder?: string;
    readonly onStart?: (child: ChildProcess) => void;
  } = {},
): Promise<CommandResult> {
  const file = resolve(__dirname, '..', '..', 'dist', 'cli', main);
  const env = { PATH: process.env['PATH'], ...settings };
  const child = spawn(process.execPath, [file, ...args], { cwd: folder, env });
  const texts = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.errors += text));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code, signal) => {
      done({ ended: code ?? signal, ...texts });
    });
    onStart(child);
  });
}
