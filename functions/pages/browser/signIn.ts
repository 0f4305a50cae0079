import { CacheLookupPolicy, PublicClientApplication } from '@azure/msal-browser';
import type { Access } from './Access';
import { byId } from './dom';

/** The application that the page signs in to, as the server names it. */
export interface EntraApplication {
  readonly clientId: string;
  /** Of the tenant. */
  readonly authority: string;
  readonly scope: string;
}

/** With a token of the reader, who signs in on Entra's own page. Tokens end with the tab. */
export async function signInAccess(
  application: EntraApplication,
): Promise<(onOpened: () => void) => Access> {
  const { clientId, authority, scope } = application;
  const redirectUri = `${location.origin}${location.pathname}`;
  const client = new PublicClientApplication({
    auth: { clientId, authority, redirectUri, knownAuthorities: [new URL(authority).host] },
    cache: { cacheLocation: 'sessionStorage' },
  });
  await client.initialize();
  const signedIn = await client.handleRedirectPromise();
  let account = signedIn?.account ?? client.getAllAccounts()[0] ?? null;
  const request = { scopes: [scope], redirectUri };
  const form = byId('signInForm');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void client.loginRedirect(request);
  });
  const askToSignIn = (): null => {
    form.hidden = false;
    return null;
  };
  return () => ({
    headers: async () => {
      if (!account) return askToSignIn();
      try {
        // No hidden frames: the page may not have any.
        const cacheLookupPolicy = CacheLookupPolicy.AccessTokenAndRefreshToken;
        const token = await client.acquireTokenSilent({ ...request, account, cacheLookupPolicy });
        return { authorization: `Bearer ${token.accessToken}` };
      } catch {
        account = null;
        return askToSignIn();
      }
    },
    refused: () => {
      account = null;
      return askToSignIn();
    },
  });
}
