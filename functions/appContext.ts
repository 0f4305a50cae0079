import { app } from '@azure/functions';
import { createAppContext, type AppContext } from '../shared/app/createAppContext';
import { parseConfig } from '../shared/config/parseConfig';
import { removeProxies } from '../shared/config/proxyVariables';
import type { SettingProblem } from '../shared/config/AppConfig';
import { systemClock } from '../shared/clock/systemClock';
import type { Logger } from '../shared/telemetry/Logger';
import { settingsUnusable } from '../shared/telemetry/events';
import { createLogger } from '../shared/telemetry/createLogger';
import { createTelemetry } from '../shared/telemetry/createTelemetry';
import { NO_TELEMETRY } from '../shared/telemetry/Telemetry';
import { createAuthorize } from './auth/createAuthorize';
import { createTenantTokenCheck } from './auth/createTenantTokenCheck';
import { siteUrl } from './http/publicBaseUrl';
import type { HttpFront } from './http/registerRoute';
import { createInvocationLog, writeToConsole } from './invocationLog';

type Loaded =
  | { readonly ok: true; readonly context: AppContext; readonly http: HttpFront }
  | {
      readonly ok: false;
      readonly problems: readonly SettingProblem[];
      /** For the two routes that report it. */
      readonly http: HttpFront;
    };

/** The app of this process. With unusable settings no trigger runs, and `health` names the fault. */
export const appContext: Loaded = load();

function load(): Loaded {
  const parsed = parseConfig(process.env);
  removeProxies(process.env);
  const log = createInvocationLog(systemClock, writeToConsole);
  let telemetry = NO_TELEMETRY;
  const logger = createLogger((level, entry) => {
    log.sink(level, entry);
    telemetry.event(entry);
  });
  app.hook.preInvocation(log.bindTo(logger));
  if (!parsed.ok) {
    for (const { setting, message } of parsed.problems)
      settingsUnusable(logger, { setting, message });
    return { ...parsed, http: createOpenFront(logger) };
  }
  const publicBaseUrl = parsed.config.publicBaseUrl ?? siteUrl(process.env['WEBSITE_HOSTNAME']);
  const config = { ...parsed.config, publicBaseUrl };
  telemetry = createTelemetry({ ...parsed, logger });
  const context = createAppContext({ ...parsed, config, logger, telemetry });
  // Before anything is dated: how old an answer may be counts from there.
  app.hook.preInvocation(() => context.setClock());
  app.hook.appTerminate(() => context.close());
  return { ok: true, context, http: createHttpFront(context) };
}

function createHttpFront(context: AppContext): HttpFront {
  const { config, clock, logger, fairShare } = context;
  const checkToken = createTenantTokenCheck(context);
  const authorize = createAuthorize({ config, checkToken, fairShare, clock });
  return { authorize, baseUrl: config.publicBaseUrl, clock, logger, config, routes: [] };
}

/** Without settings callers cannot be identified, so no request that needs it is let in. */
function createOpenFront(logger: Logger): HttpFront {
  return {
    authorize: () => Promise.reject(new TypeError('Cannot authorize: no settings')),
    baseUrl: null,
    clock: systemClock,
    logger,
    config: { http: { auth: 'functionKey', entra: null } },
    routes: [],
  };
}
