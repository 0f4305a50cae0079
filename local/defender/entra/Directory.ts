import { z } from 'zod';
import { HOUR_MS } from '../../../shared/clock/durations';
import type { TokenIssuer } from './TokenIssuer';

/** What the tenant's Entra directory knows. */
export const DirectorySettings = z.strictObject({
  tenantId: z.guid(),
  /** The app registration, for tokens by secret or client assertion. */
  clientId: z.guid(),
  clientSecret: z.string().min(1),
  clientSecretState: z.enum(['valid', 'expired']),
  /** The function app's identity: selected without a client id (system-assigned) and by this one. */
  managedIdentityClientId: z.guid(),
  /** App roles granted to both. As live, a token keeps those it was issued with. */
  roles: z.array(z.string()),
  tokenLifetimeMs: z.int().positive(),
  /** The audience of tokens, whatever they are asked for; null: what they are asked for. */
  audience: z.string().nullable(),
  /** APIs that are unknown in this tenant, as those of another cloud are. */
  unknownResources: z.array(z.string()),
});
export type DirectorySettings = Readonly<z.output<typeof DirectorySettings>>;

export const DEFAULT_DIRECTORY: DirectorySettings = {
  tenantId: '7c1f0a52-6f0b-4f55-9d0a-1b7c36ad3e10',
  clientId: '0b8f7c1e-52a4-4c1c-8f0e-5a3c7e9d2b41',
  clientSecret: 'simulated-client-secret',
  clientSecretState: 'valid',
  managedIdentityClientId: '4d2a9b66-1e0f-4c83-9a57-c0de5a3e7f12',
  roles: ['Machine.Read.All', 'Alert.Read.All', 'File.Read.All'],
  tokenLifetimeMs: HOUR_MS,
  audience: null,
  unknownResources: [],
};

/** The settings of the moment and the issuer: what both token endpoints need. */
export interface Directory {
  readonly settings: DirectorySettings;
  readonly issuer: TokenIssuer;
}
