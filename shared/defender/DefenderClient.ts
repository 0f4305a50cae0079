import type { DefenderAnswer } from './DefenderAnswer';
import type { DefenderQuery } from './DefenderQuery';

/** The Defender for Endpoint API. One `call` is one request on the wire: nothing here repeats it. */
export interface DefenderClient {
  /**
   * Gets the token and the transport ready, so that the slot itself is spent on the call alone.
   * @throws {TokenUnavailableError} no token could be obtained; nothing was sent to Defender.
   */
  prepare(signal?: AbortSignal): Promise<void>;
  /**
   * Asks Defender once.
   * @throws {DefenderThrottledError} 429.
   * @throws {DefenderUnauthorizedError} 401; the token was dropped, the next call brings a new one.
   * @throws {DefenderForbiddenError} 403; names the roles of which one is needed, and whether it is that.
   * @throws {DefenderRejectedError} 400.
   * @throws {DefenderUnavailableError} every other failure: 5xx, timeout, connection, unreadable answer.
   * @throws {TokenUnavailableError} no token could be obtained; nothing was sent to Defender.
   * @throws the signal's reason when aborted.
   */
  call(query: DefenderQuery, options?: { readonly signal?: AbortSignal }): Promise<DefenderAnswer>;
}
