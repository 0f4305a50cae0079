import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { HostProcess, type HostProcessOptions } from './HostProcess';
import type { RunFolder } from './RunFolder';
import { portError } from './portError';

export interface FunctionsOptions {
  readonly appRoot: string;
  /** Runs what `npm run package` made. */
  readonly fromPackage: boolean;
  readonly instances: number;
  /** Of the first process; the others take free ones. 0 = any free one. */
  readonly port: number;
  /** Where a debugger reaches the first process; null: nowhere. */
  readonly inspectPort: number | null;
}

export interface FunctionsRun {
  /** For the logs. */
  readonly folder: RunFolder;
  readonly settings: Readonly<Record<string, string>>;
}

interface Instance {
  readonly port: number;
  readonly inspectPort: number | null;
  host: HostProcess | null;
}

/** The processes that run the functions, each with its own log. */
export class Functions {
  private constructor(
    private readonly app: Pick<HostProcessOptions, 'appRoot' | 'packageOf'>,
    private readonly instances: readonly Instance[],
  ) {}

  /** Nothing runs yet. @throws Error naming the option if a port is taken; the process would say so, but in its log */
  static async reserve(options: FunctionsOptions): Promise<Functions> {
    const { appRoot, fromPackage, instances, port, inspectPort } = options;
    const inspected = inspectPort === null ? null : await freePort(inspectPort, '--inspect');
    const reserved = Array.from({ length: instances }, async (_, index) => ({
      port: await freePort(index === 0 ? port : 0, '--port'),
      inspectPort: index === 0 ? inspected : null,
      host: null,
    }));
    const packageOf = fromPackage ? appRoot : undefined;
    return new Functions({ appRoot, packageOf }, await Promise.all(reserved));
  }

  get origins(): readonly string[] {
    return this.instances.map(({ port }) => `http://127.0.0.1:${port}`);
  }

  /** `host:port` for a debugger of the first process; null without one. */
  get inspector(): string | null {
    const { inspectPort = null } = this.instances[0] ?? {};
    return inspectPort === null ? null : `127.0.0.1:${inspectPort}`;
  }

  /**
   * Resolves when the triggers of all run; `onEnded` hears of a process that ends by itself after that.
   * @throws Error with the end of the log of one that does not start
   */
  async start({ folder, settings }: FunctionsRun, onEnded: (error: Error) => void): Promise<void> {
    const starting = this.instances.map(async (instance, index) => {
      const { port, inspectPort } = instance;
      const onOutput = folder.writerOf(index);
      const host = HostProcess.spawn({
        ...this.app,
        port,
        inspectPort,
        settings,
        onOutput,
      });
      instance.host = host;
      await host.ready().catch((error: unknown) => {
        throw new Error(`The functions do not start:\n${folder.endOfLog(index)}`, { cause: error });
      });
      void host.ended.then((how) => {
        if (instance.host !== host) return;
        onEnded(new Error(`A functions host ended by itself (${how}):\n${folder.endOfLog(index)}`));
      });
    });
    await Promise.all(starting);
  }

  async stop(): Promise<void> {
    const hosts = this.instances.flatMap(({ host }) => host ?? []);
    for (const instance of this.instances) instance.host = null;
    await Promise.all(hosts.map((host) => host.stop()));
  }
}

/**
 * The port itself, or for 0 any free one, as the app learns its own address from the host's port.
 * @throws Error naming the option if the port is taken
 */
async function freePort(port: number, option: string): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening').catch((error: unknown) => {
    throw portError(error, option) ?? error;
  });
  const { port: found } = server.address() as AddressInfo; // listening on TCP
  server.close();
  await once(server, 'close');
  return found;
}
