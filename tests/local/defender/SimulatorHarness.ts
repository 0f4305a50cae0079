import { request, type IncomingHttpHeaders } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import {
  type DefenderSimulator,
  type DefenderSimulatorOptions,
  startDefenderSimulator,
} from '../../../local/defender/startDefenderSimulator';
import { VirtualClock } from '../../../local/simulation/VirtualClock';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  /** The body as JSON, for comparison as a whole or by `toMatchObject`. */
  json(): unknown;
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default: a token of the managed identity. `null` = none. */
  readonly token?: string | null;
}

const TokenBody = z.looseObject({ access_token: z.string() });
const ListBody = z.looseObject({
  value: z.array(z.looseObject({ id: z.string() })),
  '@odata.nextLink': z.string().optional(),
});
const ErrorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), target: z.guid() }),
});

export const RESOURCE = 'https://api.securitycenter.microsoft.com';

/** A simulator on a clock of its own, and a client that sends paths exactly as given. */
export class SimulatorHarness {
  private token: string | undefined;

  private constructor(
    readonly simulator: DefenderSimulator,
    readonly clock: VirtualClock,
  ) {}

  static async start(
    options: Omit<DefenderSimulatorOptions, 'port' | 'clock'> = {},
  ): Promise<SimulatorHarness> {
    const clock = new VirtualClock(Date.UTC(2026, 10, 21, 8, 15, 3));
    const simulator = await startDefenderSimulator({ port: 0, clock, ...options });
    return new SimulatorHarness(simulator, clock);
  }

  async get(path: string, ask: Omit<Ask, 'method' | 'body'> = {}): Promise<Reply> {
    return this.send(path, ask);
  }

  async send(path: string, ask: Ask = {}): Promise<Reply> {
    const token = ask.token === undefined ? await this.cachedToken() : ask.token;
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
    return sendRaw(this.simulator, path, { ...ask, headers: { ...authorization, ...ask.headers } });
  }

  /** Asks the identity endpoint as the Functions SDKs do. */
  async askIdentity(
    parameters: Readonly<Record<string, string>> = {},
    identityHeader = this.simulator.identityHeader,
  ): Promise<Reply> {
    const query = new URLSearchParams({
      resource: RESOURCE,
      'api-version': '2019-08-01',
      ...parameters,
    });
    const { pathname } = new URL(this.simulator.identityEndpoint);
    const headers = { 'x-identity-header': identityHeader };
    return sendRaw(this.simulator, `${pathname}?${query.toString()}`, { headers });
  }

  async freshToken(resource = RESOURCE): Promise<string> {
    return readToken(await this.askIdentity({ resource }));
  }

  /** Drops the token that requests have carried so far. */
  forgetToken(): void {
    this.token = undefined;
  }

  /** ISO time of an instant relative to the simulator's now. */
  iso(offsetMs = 0): string {
    return new Date(this.clock.now() + offsetMs).toISOString();
  }

  /** Resolves once a call to the endpoint is in the log, answered or not. */
  async untilArrived(endpoint: string): Promise<void> {
    while (!this.simulator.log().some((logged) => logged.endpoint === endpoint)) await nextTurn();
  }

  async close(): Promise<void> {
    await this.simulator.close();
  }

  private async cachedToken(): Promise<string> {
    this.token ??= await this.freshToken();
    return this.token;
  }
}

export const readToken = (reply: Reply): string => TokenBody.parse(reply.json()).access_token;
export const readError = (reply: Reply): z.output<typeof ErrorBody>['error'] =>
  ErrorBody.parse(reply.json()).error;
export const readList = (reply: Reply): z.output<typeof ListBody> => ListBody.parse(reply.json());
export const readIds = (reply: Reply): string[] => readList(reply).value.map(({ id }) => id);

function sendRaw(
  { port }: DefenderSimulator,
  path: string,
  { method = 'GET', headers = {}, body }: Ask,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers: { ...headers }, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            text,
            json: () => JSON.parse(text) as unknown,
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}
