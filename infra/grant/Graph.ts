import { z } from 'zod';
import type { Clock } from '../../shared/clock/Clock';
import type { DefenderCloud } from '../../shared/config/defenderClouds';

/** learn.microsoft.com/graph/deployments, 2026-11. */
export const GRAPH_ORIGINS: Readonly<Record<DefenderCloud, string>> = {
  commercial: 'https://graph.microsoft.com',
  gcc: 'https://graph.microsoft.com',
  gccHigh: 'https://graph.microsoft.us',
  dod: 'https://dod-graph.microsoft.us',
};

/** Graph does not do what it is asked. */
export class GraphError extends Error {
  override readonly name = 'GraphError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface GraphOptions {
  readonly origin: string;
  readonly getToken: () => Promise<string>;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock: Pick<Clock, 'sleep'>;
}

const TRIES = 6;
const PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
const TIMEOUT_MS = 30_000;

const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** Microsoft Graph with the rights of whoever is signed in. */
export class Graph {
  constructor(private readonly options: GraphOptions) {}

  /**
   * One answer; what passes by itself is tried again for half a minute: throttling, outages, and 404 for an identity that
   * was made just now, which Graph learns of late.
   *
   * @param path from `/v1.0/` on
   * @throws GraphError
   */
  async ask(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    for (let tries = 1; ; tries += 1) {
      const answer = await this.askOnce(method, path, body);
      if (answer.ok) return answer.json();
      const { status } = answer;
      const mayPass = status === 404 || status === 429 || status >= 500;
      if (!mayPass || tries === TRIES) throw await toError(answer);
      const seconds = Number(answer.headers.get('retry-after'));
      await this.options.clock.sleep(Math.min(seconds * 1000 || PAUSE_MS, LONGEST_PAUSE_MS));
    }
  }

  private async askOnce(method: string, path: string, body: unknown): Promise<Response> {
    const { origin, getToken, fetch } = this.options;
    return fetch(`${origin}${path}`, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        authorization: `Bearer ${await getToken()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new GraphError(0, 'unreachable', `Microsoft Graph cannot be reached at ${origin}.`);
    });
  }
}

async function toError(answer: Response): Promise<GraphError> {
  const parsed = errorBody.safeParse(await answer.json().catch(() => null));
  const { code, message } = parsed.data?.error ?? { code: 'unknown', message: 'no reason given' };
  return new GraphError(
    answer.status,
    code,
    `Microsoft Graph answers ${answer.status}: ${message}`,
  );
}
