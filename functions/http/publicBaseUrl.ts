import { HttpProblem } from './HttpProblem';

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** What the platform calls this app, as `WEBSITE_HOSTNAME`, with a port if it is not the usual one; null if it does not. */
export function siteUrl(siteHost: string | undefined): string | null {
  if (siteHost === undefined || siteHost === '') return null;
  const { hostname } = new URL(`http://${siteHost}`);
  return `${LOOPBACK.test(hostname) ? 'http' : 'https'}://${siteHost}`;
}

/**
 * What absolute addresses of this app start with: `known`, from the settings or the platform. The `Host` header is the
 * caller's to write, so without that it counts only if it is loopback.
 * @throws {HttpProblem} 400: an untrusted host.
 */
export function publicBaseUrl(requestUrl: string, known: string | null): string {
  if (known !== null) return known;
  const { origin, hostname } = new URL(requestUrl);
  if (LOOPBACK.test(hostname)) return origin;
  const detail = 'This app does not know itself by the name in the Host header.';
  throw new HttpProblem({ status: 400, code: 'request.unknownHost', detail });
}
