import type { Clock } from '../clock/Clock';
import type { DefenderAnswer } from '../defender/DefenderAnswer';
import type { DefenderClient } from '../defender/DefenderClient';
import { DefenderError } from '../defender/defenderErrors';
import type { DefenderQuery } from '../defender/DefenderQuery';
import type { EndpointId } from '../defender/endpointIds';

/** What a call has shown. */
export interface Contact {
  readonly endpoint: EndpointId;
  /** Unix ms. */
  readonly at: number;
  /** Whether anything answered, be it with an error. */
  readonly isAnswered: boolean;
}

/** Notes of each call whether it was answered, as nothing else shows whether Defender can be reached. */
export class DefenderContact implements DefenderClient {
  private last: Contact | null = null;

  constructor(
    private readonly client: DefenderClient,
    private readonly clock: Clock,
  ) {}

  /** Of this process; null before its first call. */
  get latest(): Contact | null {
    return this.last;
  }

  prepare(signal?: AbortSignal): Promise<void> {
    return this.client.prepare(signal);
  }

  async call(
    query: DefenderQuery,
    options?: { readonly signal?: AbortSignal },
  ): Promise<DefenderAnswer> {
    try {
      const answer = await this.client.call(query, options);
      this.note(query, true);
      return answer;
    } catch (error) {
      // A call that was given up, or had no token, proves nothing about Defender.
      if (error instanceof DefenderError) this.note(query, error.status !== null);
      throw error;
    }
  }

  private note({ endpoint }: DefenderQuery, isAnswered: boolean): void {
    this.last = { endpoint, at: this.clock.now(), isAnswered };
  }
}
