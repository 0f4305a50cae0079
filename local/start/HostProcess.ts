import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

export interface HostProcessOptions {
  /** Folder with host.json and dist/. */
  readonly appRoot: string;
  /** Folder in which `npm run package` made what it runs. Default: what is built in `appRoot`. */
  readonly packageOf?: string | undefined;
  /** 0 = any free one. */
  readonly port: number;
  /** Where a debugger reaches it; null or absent: nowhere. */
  readonly inspectPort?: number | null;
  /** Whether callers need the key that it prints. Default: false. */
  readonly asksForKeys?: boolean;
  /** App settings; they go over this process's environment. */
  readonly settings: Readonly<Record<string, string>>;
  /** Gets what the host prints, a line at a time with its end. */
  readonly onOutput: (text: string) => void;
}

/** The host promises to be gone 5 s after SIGTERM. */
const STOP_WITHIN_MS = 5_000;

const readyMessage = z.object({ type: z.literal('ready'), port: z.number() });

/** A functions host in its own process. It ends when this process does, however that ends. */
export class HostProcess {
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  private readonly child: ChildProcess;
  private started: Promise<number> | null = null;

  private constructor(options: HostProcessOptions) {
    const { appRoot, packageOf, port, inspectPort, asksForKeys, settings, onOutput } = options;
    const inspector = inspectPort ? [`--inspect=127.0.0.1:${inspectPort}`] : [];
    const main = join(appRoot, 'dist', 'local', 'host', 'main.js');
    const app = packageOf === undefined ? [appRoot] : [packageOf, '--from-package'];
    const keys = asksForKeys === true ? [] : ['--no-auth'];
    this.child = fork(main, ['--app-root', ...app, '--port', String(port), ...keys], {
      cwd: appRoot,
      env: { ...process.env, ...settings },
      execArgv: ['--enable-source-maps', ...inspector],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A separate process group: Ctrl-C in the terminal is for this process, which then stops its hosts.
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream)
        createInterface(stream).on('line', (line) => {
          onOutput(`${line}\n`);
        });
    }
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        resolve(code ?? signal ?? 'unknown');
      });
    });
  }

  static spawn(options: HostProcessOptions): HostProcess {
    return new HostProcess(options);
  }

  /** @throws Error when the process could not be started. */
  get pid(): number {
    if (this.child.pid === undefined) throw new Error('The functions host did not start');
    return this.child.pid;
  }

  /** Resolves with the port once triggers run. @throws Error when the process ends before that. */
  ready(): Promise<number> {
    this.started ??= this.whenStarted();
    return this.started;
  }

  private async whenStarted(): Promise<number> {
    const ended = this.ended.then((how) => {
      throw new Error(`The functions host ended while it started: ${how}`);
    });
    const message = once(this.child, 'message').then(([sent]) => readyMessage.parse(sent));
    return (await Promise.race([message, ended])).port;
  }

  /** SIGTERM, and SIGKILL if that is not enough. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** SIGKILL: no handler, no hook, no goodbye to the broker. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
