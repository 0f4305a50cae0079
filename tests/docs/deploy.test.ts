import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const root = join(__dirname, '..', '..');

const emulatorConfig = z.object({
  UserConfig: z.object({
    Namespaces: z.array(
      z.object({
        Queues: z.array(
          z.object({
            Name: z.string(),
            Properties: z.object({
              LockDuration: z.string(),
              MaxDeliveryCount: z.number(),
              DefaultMessageTimeToLive: z.string(),
              DeadLetteringOnMessageExpiration: z.boolean(),
              RequiresDuplicateDetection: z.boolean(),
              DuplicateDetectionHistoryTimeWindow: z.string(),
            }),
          }),
        ),
      }),
    ),
  }),
});

describe('docs/deploy.md', () => {
  it('gives the queues the properties that they have in the local run', () => {
    const text = readFileSync(join(root, 'docs/deploy.md'), 'utf8');
    const rows = text
      .split('\n')
      .filter((line) => /^\| `[a-z-]+` +\|/.test(line))
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
    const documented = rows.map(([, name, window, lock, maxDelivery, timeToLive, deadLetter]) => ({
      name,
      window,
      lock,
      timeToLive,
      maxDelivery: Number(maxDelivery),
      deadLetter: deadLetter === 'yes',
    }));

    const config = readFileSync(join(root, 'local/servicebus/config.json'), 'utf8');
    const { Namespaces } = emulatorConfig.parse(JSON.parse(config)).UserConfig;
    const emulated = Namespaces.flatMap(({ Queues }) => Queues).map(({ Name, Properties }) => ({
      name: Name,
      window: Properties.RequiresDuplicateDetection
        ? Properties.DuplicateDetectionHistoryTimeWindow
        : 'no',
      lock: Properties.LockDuration,
      timeToLive: Properties.DefaultMessageTimeToLive,
      maxDelivery: Properties.MaxDeliveryCount,
      deadLetter: Properties.DeadLetteringOnMessageExpiration,
    }));

    expect(documented).toEqual(emulated);
  });
});
