import type { Telemetry } from '../telemetry/Telemetry';
import type { DefenderAnswer } from './DefenderAnswer';
import type { DefenderClient } from './DefenderClient';
import { DefenderError } from './defenderErrors';
import type { DefenderQuery } from './DefenderQuery';
import { endpointOf } from './endpoints';

/** Traces each call by the template of its address: the address itself holds what is looked up. */
export class TracedDefender implements DefenderClient {
  private readonly host: string;

  constructor(
    private readonly client: DefenderClient,
    apiBaseUrl: string,
    private readonly telemetry: Telemetry,
  ) {
    this.host = new URL(apiBaseUrl).hostname;
  }

  prepare(signal?: AbortSignal): Promise<void> {
    return this.client.prepare(signal);
  }

  call(query: DefenderQuery, options?: { readonly signal?: AbortSignal }): Promise<DefenderAnswer> {
    const { label } = endpointOf(query);
    const attributes = {
      'http.request.method': 'GET',
      'server.address': this.host,
      'url.template': `/api/${label}`,
    };
    const start = { name: `GET /api/${label}`, kind: 'client', attributes } as const;
    return this.telemetry.span(start, async (note) => {
      try {
        const answer = await this.client.call(query, options);
        note({ 'http.response.status_code': answer.status });
        return answer;
      } catch (error) {
        if (error instanceof DefenderError && error.status !== null)
          note({ 'http.response.status_code': error.status });
        throw error;
      }
    });
  }
}
