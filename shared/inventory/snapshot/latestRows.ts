import type { Machine } from '../../defender/DefenderAnswer';
import type { PageStore } from '../run/PageStore';

/** Every machine that the run has read, once each, as it was read last: pages are gone through backwards. */
export async function* latestRows(
  pages: PageStore,
  runId: string,
  lastSeq: number,
): AsyncGenerator<Machine> {
  const seen = new Set<string>();
  for (let seq = lastSeq; seq >= 0; seq--) {
    const page = await pages.read(runId, seq);
    // Without it machines would go missing unnoticed.
    if (!page) throw new Error(`Cannot publish inventory run ${runId}: page ${seq} is gone`);
    for (const row of page.rows()) {
      const machine = JSON.parse(row) as Machine; // written by PageStore
      if (seen.has(machine.id)) continue;
      seen.add(machine.id);
      yield machine;
    }
  }
}
