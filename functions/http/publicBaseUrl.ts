import { HttpProblem } from './HttpProblem';

export interface PublicBaseUrlOptions {
  /** What the settings say; wins. */
  readonly configured: string | null;
  /** The host name under which the platform knows this app, with port if it is not the usual one. */
  readonly siteHost: string | null;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * What absolute addresses of this app start with. The `Host` header is the caller's to write, so it counts only if it is
 * the platform's own name for this app, or loopback.
 * @throws {HttpProblem} 400: a host that is neither.
 */
export function publicBaseUrl(
  requestUrl: string,
  { configured, siteHost }: PublicBaseUrlOptions,
): string {
  if (configured !== null) return configured;
  const { origin, hostname } = new URL(requestUrl);
  if (LOOPBACK.test(hostname)) return origin;
  if (siteHost !== null) return `https://${siteHost}`;
  const detail = 'This app does not know itself by the name in the Host header.';
  throw new HttpProblem({ status: 400, code: 'request.unknownHost', detail });
}
