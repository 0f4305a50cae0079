import type { DefenderAnswer } from '../../defender/DefenderAnswer';
import type { DefenderClient } from '../../defender/DefenderClient';
import { DefenderThrottledError } from '../../defender/defenderErrors';
import type { DefenderQuery } from '../../defender/DefenderQuery';

/** Counts the calls that go through it. */
export class CallMeter implements DefenderClient {
  calls = 0;
  throttled = 0;

  constructor(private readonly defender: DefenderClient) {}

  prepare(signal?: AbortSignal): Promise<void> {
    return this.defender.prepare(signal);
  }

  async call(
    query: DefenderQuery,
    options?: { readonly signal?: AbortSignal },
  ): Promise<DefenderAnswer> {
    this.calls += 1;
    try {
      return await this.defender.call(query, options);
    } catch (error) {
      if (error instanceof DefenderThrottledError) this.throttled += 1;
      throw error;
    }
  }
}
