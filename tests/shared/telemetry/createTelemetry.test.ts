import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseConfig } from '../../../shared/config/parseConfig';
import { CLOUD_SETTINGS } from '../config/exampleSettings';

const ROOT = join(__dirname, '../../..');

/** The packages of OpenTelemetry that a process has loaded after it has made the app and traced a piece of work. */
function loadedWith(settings: Readonly<Record<string, string>>): readonly string[] {
  const script = `
    require('./tests/support/registerSwc.cjs');
    const { parseConfig } = require('./shared/config/parseConfig');
    const { createAppContext } = require('./shared/app/createAppContext');
    const { createTelemetry } = require('./shared/telemetry/createTelemetry');
    const { createLogger } = require('./shared/telemetry/createLogger');
    const parsed = parseConfig(${JSON.stringify({ ...CLOUD_SETTINGS, ...settings })});
    const logger = createLogger((_, entry) => telemetry.event(entry));
    const telemetry = createTelemetry({ ...parsed, logger });
    createAppContext({ ...parsed, logger, telemetry });
    const start = { name: 'process q', kind: 'consumer', attributes: {} };
    telemetry.span(start, async () => telemetry.traceparent()).then((traceparent) => {
      const loaded = Object.keys(require.cache).flatMap((file) =>
        /node_modules.((?:@opentelemetry|@azure.monitor)[^/\\\\]*.[\\w-]+)/.exec(file)?.[1] ?? []);
      process.stdout.write(JSON.stringify([...new Set(loaded)].sort()));
      process.exit(0);
    });`;
  const output = execFileSync(process.execPath, ['-e', script], { cwd: ROOT, encoding: 'utf8' });
  return JSON.parse(output) as readonly string[];
}

describe('createTelemetry()', () => {
  it('loads no package of OpenTelemetry with TELEMETRY=logs', () => {
    expect(loadedWith({})).toEqual([]);
  });

  it('loads those for an OTLP receiver with TELEMETRY=otlp, and not that of Azure', () => {
    const loaded = loadedWith({ TELEMETRY: 'otlp' });

    expect(loaded).toContain('@opentelemetry/exporter-trace-otlp-http');
    expect(loaded.filter((name) => name.startsWith('@azure'))).toEqual([]);
  });

  it('needs an Application Insights to write to with TELEMETRY=azureMonitor', () => {
    expect(parseConfig({ ...CLOUD_SETTINGS, TELEMETRY: 'azureMonitor' })).toMatchObject({
      problems: [{ setting: 'APPLICATIONINSIGHTS_CONNECTION_STRING' }],
    });
  });

  const KEY = 'InstrumentationKey=00000000-0000-0000-0000-000000000001';
  it.each(['banana', 'InstrumentationKey=banana', `${KEY};banana`, `${KEY};`])(
    'refuses an Application Insights that its exporter could not start with: %s',
    (connection) => {
      const parsed = parseConfig({
        ...CLOUD_SETTINGS,
        TELEMETRY: 'azureMonitor',
        APPLICATIONINSIGHTS_CONNECTION_STRING: connection,
      });

      expect(parsed).toMatchObject({
        problems: [{ setting: 'APPLICATIONINSIGHTS_CONNECTION_STRING' }],
      });
    },
  );

  it('takes the connection string as Azure shows it', () => {
    const parsed = parseConfig({
      ...CLOUD_SETTINGS,
      TELEMETRY: 'azureMonitor',
      APPLICATIONINSIGHTS_CONNECTION_STRING: `${KEY};IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/;LiveEndpoint=https://westeurope.livediagnostics.monitor.azure.com/;ApplicationId=00000000-0000-0000-0000-000000000002`,
    });

    expect(parsed.ok).toBe(true);
  });

  it.each([
    { text: undefined, identity: null },
    { text: 'Authorization=AAD', identity: { clientId: null } },
    { text: 'ClientId=c-1;Authorization=AAD', identity: { clientId: 'c-1' } },
  ])('writes to Application Insights as $identity by $text', ({ text, identity }) => {
    const parsed = parseConfig({
      ...CLOUD_SETTINGS,
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: text,
    });

    expect(parsed).toMatchObject({ ok: true, config: { telemetry: { mode: 'logs', identity } } });
  });
});
