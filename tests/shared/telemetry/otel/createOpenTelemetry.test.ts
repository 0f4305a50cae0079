import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { TelemetryReceiver } from '../../../support/TelemetryReceiver';

const ROOT = join(__dirname, '../../../..');
const CERTIFICATE = join(__dirname, '../../identity/localhost.pem');

describe('createOpenTelemetry()', () => {
  it('writes to the Application Insights of its connection string', async () => {
    const receiver = await TelemetryReceiver.start(readFileSync(CERTIFICATE));
    const connection = `InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=${receiver.origin}/`;
    const script = `
      require('./tests/support/registerSwc.cjs');
      const { createOpenTelemetry } = require('./shared/telemetry/otel/createOpenTelemetry');
      const telemetry = createOpenTelemetry({
        config: { environment: 'Production', telemetry: { mode: 'azureMonitor', identity: null } },
        secrets: { applicationInsightsConnectionString: ${JSON.stringify(connection)} },
        logger: {},
      });
      telemetry
        .span(
          {
            name: 'process siem-indicators',
            kind: 'consumer',
            attributes: {
              'messaging.system': 'servicebus',
              'messaging.destination.name': 'siem-indicators',
            },
          },
          async () => undefined,
        )
        .then(() => telemetry.close())
        .then(() => process.exit(0));`;

    await promisify(execFile)(process.execPath, ['-e', script], {
      cwd: ROOT,
      env: {
        ...process.env,
        NODE_EXTRA_CA_CERTS: CERTIFICATE,
        APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
      },
    });
    await receiver.close();

    const sent = receiver.received().join('\n');
    expect(sent).toContain('process siem-indicators');
    expect(sent).toContain('messaging.process.duration');
  });

  it('logs which settings of OpenTelemetry cannot be read, and not what they hold', () => {
    const script = `
      require('./tests/support/registerSwc.cjs');
      const { createOpenTelemetry } = require('./shared/telemetry/otel/createOpenTelemetry');
      const { createLogger } = require('./shared/telemetry/createLogger');
      const logger = createLogger((level, entry) => console.log(level, JSON.stringify(entry)));
      createOpenTelemetry({
        config: { environment: 'Production', telemetry: { mode: 'otlp', identity: null } },
        secrets: {},
        logger,
      });
      process.exit(0);`;

    const output = execFileSync(process.execPath, ['-e', script], {
      cwd: ROOT,
      encoding: 'utf8',
      env: {
        ...process.env,
        OTEL_EXPORTER_OTLP_ENDPOINT: '127.0.0.1:4318/key-in-path',
        OTEL_TRACES_SAMPLER: 'banana',
      },
    });

    expect(output).toContain('error {"event":"telemetry.settingUnusable"');
    expect(output).toContain('export URL');
    expect(output).toContain('OTEL_TRACES_SAMPLER');
    expect(output).not.toContain('key-in-path');
  });
});
