import type { AppConfig } from '../../shared/config/AppConfig';
import type { PageRouteOptions } from '../pages/createPageRoute';

const TITLE = 'Defender enricher: dashboard';
/** As in `api://<application id>`, or the id alone. */
const APPLICATION = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i;

/** The dashboard, with the way in that callers of the app have: a function key, or signing in. */
export function dashboardPage({
  http: { entra },
  defender: { authorityHost },
}: {
  readonly http: AppConfig['http'];
  readonly defender: Pick<AppConfig['defender'], 'authorityHost'>;
}): PageRouteOptions {
  const path = 'dashboard';
  if (!entra) return { path, page: 'dashboard', title: TITLE };
  const clientId = APPLICATION.exec(entra.audience)?.[0];
  if (clientId === undefined) {
    return { path, page: 'dashboard', title: TITLE, settings: { access: 'noApplication' } };
  }
  return {
    path,
    page: 'dashboardEntra',
    title: TITLE,
    settings: {
      'client-id': clientId,
      authority: `${authorityHost}/${entra.tenantId}`,
      scope: `${entra.audience}/.default`,
    },
    origins: [authorityHost],
  };
}
