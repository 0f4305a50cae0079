import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { RETENTION_MS } from '../../../shared/storage/retention';

const DAY_MS = 86_400_000;
const config = join(__dirname, '../../../local/servicebus/config.json');
const queue = z.object({
  Name: z.string(),
  Properties: z.object({ DefaultMessageTimeToLive: z.string().regex(/^P\d+D$/) }),
});
const namespace = z.object({ Queues: z.array(queue) });
const schema = z.object({ UserConfig: z.object({ Namespaces: z.tuple([namespace]) }) });

function daysOf(name: string): number {
  const [{ Queues }] = schema.parse(JSON.parse(readFileSync(config, 'utf8'))).UserConfig.Namespaces;
  const found = Queues.find(({ Name }) => Name === name);
  return Number(found?.Properties.DefaultMessageTimeToLive.slice(1, -1));
}

describe('RETENTION_MS', () => {
  it.each([
    { what: 'workBlobs', queue: 'lookups' },
    { what: 'quarantinedBodies', queue: 'quarantine' },
  ] as const)('keeps $what longer than a message that refers to them lives in $queue', (each) => {
    expect(RETENTION_MS[each.what]).toBeGreaterThan(daysOf(each.queue) * DAY_MS);
  });
});
