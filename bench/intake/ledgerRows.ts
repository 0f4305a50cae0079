/**
 * In a process of its own: writes the rows of requests that were over at once, as many at a time as the app does, and
 * sends its parent the CPU time of one (ms). Its argument: the connection string of the storage.
 */
import { systemClock } from '../../shared/clock/systemClock';
import { toEndedLookup } from '../../shared/requestRecords/RequestState';
import { TableRequestLedger } from '../../shared/requestRecords/TableRequestLedger';
import { createStateStorage } from '../../shared/storage/createStateStorage';
import { aHead, aRecord } from '../../tests/shared/requestRecords/aRequest';
import { stateStorageOf } from '../../tests/shared/storage/stateStorageOf';

const ROWS = 2_000;
const AT_ONCE = 8;

async function main(connectionString: string): Promise<void> {
  const storage = createStateStorage(stateStorageOf({ connectionString }));
  const tables = storage.dayTables('benchrows');
  const results = storage.blobs('results');
  const ledger = new TableRequestLedger({ tables, results, clock: systemClock });
  const ended = [toEndedLookup(aRecord())];
  const members = ended.map(({ recordId }) => recordId);
  const claim = { generation: 0, status: 'completed', members, isSent: true } as const;
  let written = 0;
  const write = async (upTo: number) => {
    while (written < upTo) {
      written += 1;
      const head = aHead(1);
      const request = { ...head.request, id: `r_${String(written).padStart(40, '0')}` };
      await ledger.addFinished({ ...head, request }, claim, ended);
    }
  };
  const all = (upTo: number) => Promise.all(Array.from({ length: AT_ONCE }, () => write(upTo)));
  await all(ROWS);
  const before = process.cpuUsage();
  await all(2 * ROWS);
  const { user, system } = process.cpuUsage(before);
  process.send?.((user + system) / 1_000 / ROWS);
}

const [connectionString = ''] = process.argv.slice(2);
void main(connectionString);
