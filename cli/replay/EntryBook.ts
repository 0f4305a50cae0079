import type { ServiceBusReceiver } from '@azure/service-bus';
import { QueueBrowser } from '../../local/start/QueueBrowser';
import type { Entry, Shelf } from './Shelf';

/** Looks at a shelf and leaves everything where it is. */
export class EntryBook {
  private readonly browser: QueueBrowser;

  constructor(
    private readonly shelf: Pick<Shelf, 'toEntry'>,
    receiver: Pick<ServiceBusReceiver, 'peekMessages'>,
  ) {
    this.browser = new QueueBrowser(receiver);
  }

  /** What was not there the last time; at first everything. @throws {ServiceBusError} */
  async news(): Promise<readonly Entry[]> {
    const entries: Entry[] = [];
    for (;;) {
      const found = await this.browser.next();
      if (found.length === 0) return entries;
      for (const message of found) entries.push(await this.shelf.toEntry(message));
    }
  }
}
