import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { z } from 'zod';
import type { HostSettings } from './HostSettings';

/** What the host remembers of a timer from one start to the next. Unix milliseconds. */
export interface TimerStatus {
  /** When it was last run by its schedule; null: never. */
  readonly lastAt: number | null;
  readonly nextAt: number;
  /** Instant from which `nextAt` was counted. */
  readonly updatedAt: number;
}

export interface TimerStatusStore {
  /** null: none was written yet. */
  read(timer: string): Promise<TimerStatus | null>;
  write(timer: string, status: TimerStatus): Promise<void>;
}

/** As .NET writes `default(DateTime)`. */
const NEVER = '0001-01-01T00:00:00';

const storedStatus = z
  .object({ Last: z.string(), Next: z.iso.datetime(), LastUpdated: z.iso.datetime() })
  .transform(({ Last, Next, LastUpdated }): TimerStatus => ({
    lastAt: Last === NEVER ? null : Date.parse(Last),
    nextAt: Date.parse(Next),
    updatedAt: Date.parse(LastUpdated),
  }));

/** In the shape of .NET's `ScheduleStatus`, which functions see as well. */
export function toScheduleStatus({ lastAt, nextAt, updatedAt }: TimerStatus) {
  return {
    Last: lastAt === null ? NEVER : new Date(lastAt).toISOString(),
    Next: new Date(nextAt).toISOString(),
    LastUpdated: new Date(updatedAt).toISOString(),
  };
}

/** Keeps statuses in the account of `AzureWebJobsStorage`, where the real host keeps them. */
export class BlobTimerStatus implements TimerStatusStore {
  private readonly container: ContainerClient;

  private constructor(connectionString: string) {
    const service = BlobServiceClient.fromConnectionString(connectionString);
    this.container = service.getContainerClient('azure-webjobs-hosts');
  }

  /** null without a connection string: nothing is remembered then. */
  static of({ AzureWebJobsStorage }: HostSettings): BlobTimerStatus | null {
    return AzureWebJobsStorage ? new BlobTimerStatus(AzureWebJobsStorage) : null;
  }

  async read(timer: string): Promise<TimerStatus | null> {
    const blob = this.blobOf(timer);
    if (!(await blob.exists())) return null;
    const bytes = await blob.downloadToBuffer();
    return storedStatus.parse(JSON.parse(bytes.toString('utf8')));
  }

  async write(timer: string, status: TimerStatus): Promise<void> {
    const body = JSON.stringify(toScheduleStatus(status));
    await this.container.createIfNotExists();
    await this.blobOf(timer).upload(body, body.length);
  }

  private blobOf(timer: string) {
    return this.container.getBlockBlobClient(`timers/local/Host.Functions.${timer}/status`);
  }
}
