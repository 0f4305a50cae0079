import { startAzurite, type Azurite } from '../../../local/azurite';
import { BlobTimerStatus } from '../../../local/host/TimerStatus';

describe('BlobTimerStatus', () => {
  let azurite: Azurite;
  beforeAll(async () => {
    azurite = await startAzurite({ port: 0 });
  });
  afterAll(async () => {
    await azurite.close();
  });

  it.each([
    { lastAt: null, nextAt: 1_795_248_000_000, updatedAt: 1_795_247_103_017 },
    { lastAt: 1_795_247_100_001, nextAt: 1_795_248_000_000, updatedAt: 1_795_247_100_001 },
  ])('gives the next start what this one stored: $lastAt', async (status) => {
    const settings = { AzureWebJobsStorage: azurite.connectionString };
    await BlobTimerStatus.of(settings)?.write('tick', status);

    const store = BlobTimerStatus.of(settings);

    expect(await store?.read('tick')).toEqual(status);
    expect(await store?.read('other')).toBeNull();
  });

  it('remembers nothing without an account', () => {
    expect(BlobTimerStatus.of({ AzureWebJobsStorage__accountName: 'sthost' })).toBeNull();
  });
});
