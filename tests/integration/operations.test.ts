import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { HostProcess } from '../../local/start/HostProcess';
import { LocalStack } from '../support/LocalStack';
import { runCommand } from '../support/runCommand';

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function get(port: number, path: string): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/api/${path}`);
  // An object, as every route answers.
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

describe('The running app', () => {
  let stack: LocalStack;
  let port: number;

  beforeAll(async () => {
    stack = await LocalStack.start({ settings: { DEFENDER_TYPO: '1', OUTPUT_FORMAT: 'ocsf' } });
    port = await (await stack.addHost()).ready();
  });

  afterAll(() => stack.close());

  it('is well when all it depends on is', async () => {
    const { status, body } = await get(port, 'health');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'ok',
      dependencies: [
        { name: 'storage', status: 'ok' },
        { name: 'broker', status: 'ok' },
        { name: 'token', status: 'ok' },
        { name: 'defender', status: 'notChecked' },
        { name: 'quota', status: 'ok' },
      ],
    });
  });

  it('knows Defender, host and port, once it has been asked', async () => {
    const app = await stack.addHost({ DEFENDER_API_BASE_URL: 'http://127.0.0.1:9' });
    const other = await app.ready();
    await get(other, 'machines/desktop-17.contoso.com');

    const { status, body } = await get(other, 'health');

    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'degraded' });
    expect(body['dependencies']).toContainEqual(
      expect.objectContaining({
        name: 'defender',
        status: 'degraded',
        code: 'defender.unavailable',
        detail: '127.0.0.1:9: Nothing has answered the last call to Defender',
      }),
    );
  });

  it('says how much of the quota it used, what waits, and which settings it does not know', async () => {
    await get(port, 'ips/10.1.0.10/machines');

    const { status, body } = await get(port, 'status');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      endpoints: { machines: { hour: { limit: 1500 }, coolDown: null } },
      queues: { lookups: { active: 0, deadLettered: 0 } },
      recentLookups: [{ channel: 'http', outcome: 'found' }],
      unreadable: [],
      lastInventory: null,
    });
    expect(JSON.stringify(body['endpoints'])).toMatch(/"used":[1-9]/);
    expect(JSON.stringify(body['warnings'])).toContain('DEFENDER_TYPO');
  });

  it('examines itself when asked to, also for npm run doctor', async () => {
    const { body } = await get(port, 'status?checks=all');
    const app = `http://127.0.0.1:${port}`;
    const { ended, output } = await runCommand('doctor/main.js', ['--app', app]);

    expect(body['checks']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ check: 'endpoint machines', status: 'ok', mend: null }),
        expect.objectContaining({ check: 'queue quarantine', status: 'ok' }),
        expect.objectContaining({ check: 'settings', status: 'warning' }),
      ]),
    );
    expect({ ended, last: output.trim().split('\n').at(-1) }).toEqual({
      ended: 0,
      last: expect.stringMatching(/^\d+ checks, 0 failed$/) as string,
    });
  });

  it('is found by npm run doctor in the environment of azd, with its key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'deployed-'));
    mkdirSync(join(folder, '.azure', 'soc'), { recursive: true });
    writeFileSync(join(folder, '.azure', 'config.json'), '{"defaultEnvironment":"soc"}');
    const values = `ENRICHER_URL="http://127.0.0.1:${port}"\nFUNCTION_KEY="key"\n`;
    writeFileSync(join(folder, '.azure', 'soc', '.env'), values);

    const { ended, output } = await runCommand('doctor/main.js', [], { folder });

    rmSync(folder, { recursive: true });
    const [first] = output.split('\n');
    expect({ ended, first }).toEqual({
      ended: 0,
      first: `Identity: the app's own, at http://127.0.0.1:${port}, of azd's environment soc`,
    });
  });

  it('writes records in the format of its settings, on the queue and over HTTP', async () => {
    const ip = '10.1.0.10';
    const event = { class_uid: 5001, unmapped: { mde_enrichment: { outcome: 'found' } } };

    const { body } = await get(port, `ips/${ip}/machines`);
    await stack.send([{ messageId: 'm1', body: JSON.stringify({ ip }) }]);
    await stack.until(() => stack.published.length > 0);

    expect(body).toMatchObject(event);
    expect(stack.published[0]).toMatchObject({
      body: event,
      record: { outcome: 'found' },
      properties: { outcome: 'found', recordType: 'lookup' },
    });
  });

  it('has a page to begin with, which is no part of the API', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/api/start`);
    const page = await response.text();
    const { body } = await get(port, 'openapi.json');

    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).toContain('<textarea id="message"');
    expect(Object.keys(body['paths'] ?? {})).not.toContain('/api/start');
  });

  it('describes the routes that it has', async () => {
    const { status, body } = await get(port, 'openapi.json');

    expect(status).toBe(200);
    expect(Object.keys(body['paths'] ?? {})).toContain('/api/ips/{ip}/machines');
    expect(body).toMatchObject({ openapi: '3.1.0' });
  });

  it.each([
    { version: '3.1', expected: { status: 200, body: { openapi: '3.1.0' } } },
    { version: '3.0', expected: { status: 200, body: { openapi: '3.0.1' } } },
    { version: '2.0', expected: { status: 400, body: { code: 'request.badParameter' } } },
  ])('describes itself in OpenAPI $version', async ({ version, expected }) => {
    const answer = await get(port, `openapi.json?version=${version}`);

    expect(answer).toMatchObject(expected);
  });

  it('answers health and status with the settings to blame when it cannot use them, and runs nothing', async () => {
    const lines: string[] = [];
    const host = HostProcess.spawn({
      appRoot: resolve(__dirname, '..', '..'),
      port: 0,
      settings: { ...stack.emulators.settings, DEFENDER_TENANT_ID: 'secret-and-wrong' },
      onOutput: (line) => lines.push(line),
    });
    const unusable = await host.ready();

    const answers = await Promise.all(
      ['health', 'status', 'openapi.json'].map((path) =>
        fetch(`http://127.0.0.1:${unusable}/api/${path}`),
      ),
    );
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    await host.stop();

    expect(answers.map(({ status }) => status)).toEqual([503, 503, 404]);
    expect(texts[0]).toContain('DEFENDER_TENANT_ID');
    expect(texts[1]).toContain('DEFENDER_TENANT_ID');
    // Each by a line of its invocation, too: those of loading may not arrive.
    for (const by of ['health', 'status']) {
      expect(lines.filter((line) => line.includes(`[${by} `))).toEqual([
        expect.stringMatching(/"event":"settings.unusable".*"setting":"DEFENDER_TENANT_ID"/),
      ]);
    }
    expect([...texts, ...lines].join()).not.toContain('secret-and-wrong');
  });
});
