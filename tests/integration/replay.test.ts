import { resolve } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { HostProcess } from '../../local/start/HostProcess';
import { QueueBrowser } from '../../local/start/QueueBrowser';
import { FREE_PORTS, startEmulators, type Emulators } from '../../local/start/startEmulators';
import { runCommand } from '../support/runCommand';

interface Outcome {
  readonly lookupId: string;
  readonly outcome: string;
  readonly generation: number;
}

const LOOKUPS = 40;
const DENIED_AFTER_MS = 2_000;

describe('npm run replay, after a missing role was granted', () => {
  let emulators: Emulators;
  let client: ServiceBusClient;
  let host: HostProcess;
  const records: Outcome[] = [];

  beforeAll(async () => {
    emulators = await startEmulators({ ports: FREE_PORTS, defender: { directory: { roles: [] } } });
    host = HostProcess.spawn({
      appRoot: resolve(__dirname, '..', '..'),
      port: 0,
      settings: { ...emulators.settings, DENIED_AFTER_MS: String(DENIED_AFTER_MS) },
      onOutput: () => undefined,
    });
    await host.ready();
    client = new ServiceBusClient(emulators.serviceBus.connectionString);
  });
  afterAll(async () => {
    await host.stop();
    await client.close();
    await emulators.close();
  });

  const replay = (...args: readonly string[]) =>
    runCommand('replay/main.js', args, { settings: emulators.settings });
  const inQuarantine = () => emulators.serviceBus.counts()['quarantine']?.active ?? 0;

  /** As its consumer would leave it: only looked at. */
  async function recordsUntil(isEnough: () => boolean): Promise<void> {
    const browser = new QueueBrowser(client.createReceiver('enriched-machines'));
    records.length = 0;
    while (!isEnough()) {
      for (const { body } of await browser.next()) records.push(body as Outcome);
      await new Promise((next) => setTimeout(next, 100));
    }
  }
  const found = () => records.filter(({ outcome }) => outcome === 'found');

  it('has each of the lookups found that were denied, and none twice', async () => {
    const machines = emulators.defender.fleet.machines.slice(0, LOOKUPS);
    const indicators = machines.map(({ id }) => ({ machineId: id }));
    const sender = client.createSender('siem-indicators');
    await sender.sendMessages({ body: Buffer.from(JSON.stringify({ indicators })) });
    await recordsUntil(() => records.length === LOOKUPS);
    expect(new Set(records.map(({ outcome }) => outcome))).toEqual(new Set(['denied']));

    const listed = await replay('--list', '--json');
    expect(JSON.parse(listed.output)).toMatchObject({
      total: LOOKUPS,
      reasons: [{ reason: 'defender.forbidden', lookups: LOOKUPS }],
    });
    const tried = await replay('--reason', 'defender.forbidden', '--dry-run', '--json');
    expect((JSON.parse(tried.output) as { chosen: unknown[] }).chosen).toHaveLength(LOOKUPS);
    expect(inQuarantine()).toBe(LOOKUPS);
    // Revoked as well: a role counts with the next token, for which the issuer is asked once a minute at most.
    emulators.defender.control({ directory: { roles: ['Machine.Read.All'] }, revokeTokens: true });
    const granted = await replay('--reason', 'defender.forbidden', '--json');

    expect(JSON.parse(granted.output)).toMatchObject({
      replayed: LOOKUPS,
      returned: [],
      left: [],
      refused: [],
    });
    expect(granted.ended).toBe(0);
    await recordsUntil(() => found().length === LOOKUPS);
    expect(new Set(found().map(({ lookupId }) => lookupId)).size).toBe(LOOKUPS);
    expect(inQuarantine()).toBe(0);
  });

  it.each([
    { args: ['--reason', 'no.suchReason'], ended: 1, says: /^quarantine is empty\.$/m },
    { args: ['--all', '--queue', 'lookups'], ended: 2, says: /itself takes back the dead letters/ },
    { args: ['--list', '--queue', 'quarantine'], ended: 0, says: /deadletterqueue is empty/ },
  ])('says so when there is nothing to do: $args', async ({ args, ended, says }) => {
    const result = await replay(...args);

    expect(result.ended).toBe(ended);
    expect(`${result.output}${result.errors}`).toMatch(says);
  });
});
