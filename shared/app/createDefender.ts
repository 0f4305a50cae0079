import { createDefenderClient } from '../defender/createDefenderClient';
import { TracedDefender } from '../defender/TracedDefender';
import { DefenderContact } from '../health/DefenderContact';
import { tokenReport, type TokenReport } from '../health/tokenReport';
import { createHttpTransport } from '../http/createHttpTransport';
import type { HttpTransport } from '../http/HttpTransport';
import { createFetchToken } from '../identity/createFetchToken';
import { createTokenSource } from '../identity/createTokenSource';
import type { TokenSource } from '../identity/TokenSource';
import { NO_TELEMETRY } from '../telemetry/Telemetry';
import type { Foundation } from './Foundation';

export interface DefenderAccess {
  readonly transport: HttpTransport & { close(): void };
  readonly tokens: TokenSource;
  readonly defender: DefenderContact;
  /** The token for Defender as it is now; null before the first. */
  readonly token: () => TokenReport | null;
}

/** The way to Defender: one transport, one token for all. */
export function createDefender(foundation: Foundation): DefenderAccess {
  const { config, secrets, clock, telemetry = NO_TELEMETRY } = foundation;
  const { apiBaseUrl, auth } = config.defender;
  const transport = createHttpTransport();
  const fetchToken = createFetchToken({
    defender: config.defender,
    clientSecret: secrets.defenderClientSecret,
  });
  const tokens = createTokenSource({ fetchToken, clock });
  const client = createDefenderClient({ apiBaseUrl, transport, tokens, clock });
  return {
    transport,
    tokens,
    defender: new DefenderContact(new TracedDefender(client, apiBaseUrl, telemetry), clock),
    token: () => {
      const state = tokens.current();
      return state && tokenReport(state, auth.mode, clock.now());
    },
  };
}
