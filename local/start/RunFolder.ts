import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** How other commands reach a running `npm start`. */
const runSchema = z.object({
  pid: z.int().positive(),
  /** Where its functions answer, each without a slash at the end. */
  functions: z.array(z.string()).min(1),
  /** As its functions got them. */
  settings: z.record(z.string(), z.string()),
});
export type RunningStart = z.infer<typeof runSchema>;

/** Folders of earlier runs that are kept for their logs. */
const KEPT_RUNS = 5;
const TAIL_CHARACTERS = 2_000;

/** The files of one `npm start`, in a separate folder: logs, which stay, and how to reach it while it runs. */
export class RunFolder {
  private constructor(readonly path: string) {}

  /** A new one, named after the time (Unix ms); removes the oldest of those that have ended. */
  static create(appRoot: string, now: number): RunFolder {
    const runs = runsIn(appRoot);
    mkdirSync(runs, { recursive: true });
    const ended = foldersIn(runs).filter((folder) => readRun(folder) === null);
    for (const folder of ended.slice(KEPT_RUNS)) rmSync(folder, { recursive: true, force: true });
    const time = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-');
    return new RunFolder(mkdtempSync(join(runs, `${time}-`)));
  }

  logOf(index: number): string {
    return join(this.path, `host-${index + 1}.log`);
  }

  /** What is written goes to the log of that process. */
  writerOf(index: number): (text: string) => void {
    const file = openSync(this.logOf(index), 'w');
    return (text) => {
      writeSync(file, text);
    };
  }

  endOfLog(index: number): string {
    return readFileSync(this.logOf(index), 'utf8').slice(-TAIL_CHARACTERS);
  }

  /** From now on {@link findRunningStart} finds it. */
  announce(run: Omit<RunningStart, 'pid'>): void {
    writeFileSync(join(this.path, 'run.json'), JSON.stringify({ pid: process.pid, ...run }));
  }

  withdraw(): void {
    rmSync(join(this.path, 'run.json'), { force: true });
  }
}

/** The latest `npm start` of this folder that still runs. */
export function findRunningStart(appRoot: string): RunningStart | null {
  const runs = foldersIn(runsIn(appRoot)).map(readRun);
  return runs.find((run) => run !== null) ?? null;
}

function runsIn(appRoot: string): string {
  return join(appRoot, 'dist', 'runs');
}

/** The newest first. */
function foldersIn(runs: string): readonly string[] {
  if (!existsSync(runs)) return [];
  const names = readdirSync(runs).toSorted().toReversed();
  return names.map((name) => join(runs, name));
}

/** Null when it has ended, however that went. */
function readRun(folder: string): RunningStart | null {
  try {
    const run = runSchema.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));
    process.kill(run.pid, 0); // asks only whether it is there
    return run;
  } catch {
    return null;
  }
}
