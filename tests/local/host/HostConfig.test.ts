import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readHostConfig } from '../../../local/host/HostConfig';

describe('readHostConfig()', () => {
  const root = mkdtempSync(join(tmpdir(), 'host-config-'));
  const read = (json: object) => {
    writeFileSync(join(root, 'host.json'), JSON.stringify(json));
    return readHostConfig(root);
  };
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  it("fills in the real host's defaults", () => {
    expect(read({ version: '2.0' })).toMatchObject({
      functionTimeout: 1_800_000,
      extensions: {
        http: { routePrefix: 'api' },
        serviceBus: {
          autoCompleteMessages: true,
          maxAutoLockRenewalDuration: 300_000,
          clientRetryOptions: {
            mode: 'exponential',
            delay: 800,
            maxRetries: 3,
            tryTimeout: 60_000,
          },
        },
      },
    });
  });

  it.each([
    { functionTimeout: '00:05:00', ms: 300_000 },
    { functionTimeout: '1.02:03:04.5', ms: 93_784_500 },
    { functionTimeout: '-1', ms: null },
  ])('reads functionTimeout $functionTimeout as $ms ms', ({ functionTimeout, ms }) => {
    expect(read({ version: '2.0', functionTimeout }).functionTimeout).toBe(ms);
  });

  it.each([
    { field: 'version', json: {} },
    { field: 'functionTimeout', json: { version: '2.0', functionTimeout: 300 } },
    {
      field: 'prefetchCount',
      json: { version: '2.0', extensions: { serviceBus: { prefetchCount: 10 } } },
    },
    {
      field: 'maxConcurrentCalls',
      json: { version: '2.0', extensions: { serviceBus: { maxConcurrentCalls: 0 } } },
    },
  ])('names $field when it cannot be used', ({ field, json }) => {
    expect(() => read(json)).toThrow(field);
  });
});
