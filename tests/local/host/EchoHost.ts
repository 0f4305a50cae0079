import { join } from 'node:path';
import type { HostLogEntry } from '../../../local/host/HostLogger';
import { startFunctionsHost } from '../../../local/host/startFunctionsHost';
import type { FunctionsHost, FunctionsHostOptions } from '../../../local/host/startFunctionsHost';

export const FIXTURES = join(__dirname, '../../fixtures');

/** A broker that is not there: port 1 refuses. */
const NO_BROKER =
  'Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true';

/** What a queue function of the echo app saw. */
export interface SeenMessage {
  readonly body: unknown;
  readonly hex?: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The host, running tests/fixtures/host-app-echo, with its log caught. */
export class EchoHost {
  readonly logs: HostLogEntry[] = [];
  private readonly watchers = new Set<() => void>();
  private started: FunctionsHost | undefined;

  static async start(options: Partial<FunctionsHostOptions> = {}): Promise<EchoHost> {
    const echo = new EchoHost();
    const { settings, ...rest } = options;
    echo.started = await startFunctionsHost({
      appRoot: join(FIXTURES, 'host-app-echo'),
      port: 0,
      settings: {
        Broker: NO_BROKER,
        BINARY_QUEUE: 'binary',
        'AzureWebJobs.off.Disabled': 'true',
        ...settings,
      },
      logger: (entry) => {
        echo.logs.push(entry);
        for (const look of echo.watchers) look();
      },
      ...rest,
    });
    return echo;
  }

  get host(): FunctionsHost {
    if (!this.started) throw new Error('not started');
    return this.started;
  }

  fetch(path: string, init?: RequestInit): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.host.port}${path}`, init);
  }

  /** What functions of that name logged so far. */
  messagesOf(functionName: string): readonly string[] {
    return this.logs
      .filter((entry) => entry.functionName === functionName && entry.category === 'user')
      .filter(({ level }) => level === 'information')
      .map(({ message }) => message);
  }

  /** Resolves to the first `count` lines that the function logs. */
  async untilLogged(functionName: string, count = 1): Promise<readonly string[]> {
    await this.until(() => this.messagesOf(functionName).length >= count);
    return this.messagesOf(functionName);
  }

  async untilSeen(functionName: string, count = 1): Promise<readonly SeenMessage[]> {
    const lines = await this.untilLogged(functionName, count);
    return lines.map((line) => JSON.parse(line) as SeenMessage); // as the fixture logs it
  }

  /** Resolves once `condition` holds; looks whenever something is logged. */
  async until(condition: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!condition()) return;
        this.watchers.delete(look);
        resolve();
      };
      this.watchers.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    await this.host.close();
  }
}
