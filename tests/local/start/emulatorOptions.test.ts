import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NO_CHURN } from '../../../local/defender/fleet/churnFleet';
import { EMULATORS_HELP, parseEmulatorOptions } from '../../../local/start/emulatorOptions';

const folder = mkdtempSync(path.join(tmpdir(), 'emulator-options-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function fileWith(content: string): string {
  const file = path.join(folder, 'queues.json');
  writeFileSync(file, content);
  return file;
}

const namespace = (Properties: object) =>
  JSON.stringify({
    UserConfig: { Namespaces: [{ Name: 'n', Queues: [{ Name: 'orders', Properties }] }] },
  });

describe('parseEmulatorOptions()', () => {
  it("reads nothing as the usual ports, the app's queues and 250 machines", () => {
    expect(parseEmulatorOptions([])).toEqual({
      ports: { storage: 10_000, serviceBus: 5672, defender: 8090 },
      serviceBus: {},
      defender: { machines: 250, churn: NO_CHURN },
    });
  });

  it('reads queues from a file, and how large the fleet is', () => {
    const file = fileWith(namespace({ LockDuration: 'PT30S' }));

    const options = parseEmulatorOptions(['--queues', file, '--machines', '5000']);

    expect(options).toMatchObject({
      serviceBus: {
        config: { UserConfig: { Namespaces: [{ Queues: [{ Name: 'orders' }] }] } },
      },
      defender: { machines: 5000 },
    });
  });

  it.each([
    {
      what: 'a file that is not there',
      file: () => 'nowhere.json',
      message: 'ENOENT',
    },
    {
      what: 'a file that is not JSON',
      file: () => fileWith('{'),
      message: '--queues cannot be read',
    },
    {
      what: 'what is not implemented',
      file: () => fileWith(namespace({ RequiresSession: true })),
      message: 'sessions are not implemented',
    },
  ])('refuses $what', ({ file, message }) => {
    expect(() => parseEmulatorOptions(['--queues', file()])).toThrow(message);
  });

  it('refuses a fleet larger than the simulator makes', () => {
    expect(() => parseEmulatorOptions(['--machines', '100001'])).toThrow('from 1 to 100000');
  });

  it('describes all options in its help', () => {
    expect(parseEmulatorOptions(['--help'])).toBe('help');
    for (const option of [
      'queues',
      'machines',
      'servicebus-port',
      'defender-port',
      'storage-port',
    ]) {
      expect(EMULATORS_HELP).toContain(`--${option} `);
    }
  });
});
