import { existsSync } from 'node:fs';
import { LineFile } from '../../../../shared/inventory/snapshot/LineFile';

/** A device on which every write fails for want of space. */
const FULL = '/dev/full';

(existsSync(FULL) ? describe : describe.skip)('LineFile, on a full disk', () => {
  it.each([{ gzip: true }, { gzip: false }])('says so, and hangs nowhere: %j', async (options) => {
    const file = new LineFile(FULL, options);
    const writeAll = async () => {
      for (let line = 0; line < 100; line++) await file.write(`${'x'.repeat(10_000)}${line}\n`);
      await file.close();
    };

    await expect(writeAll()).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(file.close()).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});
