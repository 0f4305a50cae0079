import type { Sample, SampleGroup } from '../samples/Sample';
import { StatusLine, type LineOutput } from '../terminal/StatusLine';
import type { PublishedRecord, PublishedRequest, Quarantined } from './readOutput';
import type { SampleCounts, SettledSample } from './SampleLedger';
import type { SampleTable } from './SampleTable';

/**
 * The table as it grows; on a terminal with a line of progress below. Samples come in their own order, each once all
 * before it are settled; what comes later is added as it comes.
 */
export class SampleScreen {
  private readonly progress: StatusLine;
  private readonly settledByName = new Map<string, SettledSample>();
  private readonly waiting: { readonly heading: string | null; readonly sample: Sample }[];
  private readonly shown = new Set<string>();
  private readonly requestsByName = new Map<string, readonly PublishedRequest[]>();

  constructor(
    private readonly out: LineOutput,
    private readonly table: SampleTable,
    groups: readonly SampleGroup[],
    private readonly startAt: number,
  ) {
    this.progress = new StatusLine(out);
    this.waiting = groups.flatMap(({ heading, samples }) =>
      samples.map((sample, index) => ({ heading: index === 0 ? heading : null, sample })),
    );
  }

  begin(): void {
    const count = this.waiting.length;
    if (count > 0) this.out.write(`\nSending ${count} messages.\n`);
    this.out.write(`\n${this.table.head()}\n`);
  }

  addSettled(settled: SettledSample): void {
    const { name } = settled.sample;
    this.settledByName.set(name, settled);
    // A second look at a fresh indicator.
    if (this.shown.has(name)) this.progress.print(this.table.row(settled));
    else this.printSettled();
  }

  addRecord(record: PublishedRecord): void {
    this.progress.print(this.table.recordRow(record));
  }

  addQuarantined(quarantined: Quarantined): void {
    this.progress.print(this.table.quarantinedRow(quarantined));
  }

  /** Under the line of its sample, as soon as that is there; `sample`: null for every other message. */
  addRequest(request: PublishedRequest, sample: Sample | null): void {
    const isEarly = sample !== null && !this.shown.has(sample.name);
    if (!isEarly) this.progress.print(this.table.requestRow(request, sample));
    else
      this.requestsByName.set(sample.name, [
        ...(this.requestsByName.get(sample.name) ?? []),
        request,
      ]);
  }

  showProgress({ sent, answered, quarantined }: SampleCounts): void {
    if (!this.out.isTTY) return;
    const seconds = Math.round((Date.now() - this.startAt) / 1000);
    this.progress.show(`${answered + quarantined} of ${sent} settled, ${seconds} s`);
  }

  /** Adds the lines of samples that are lost, and of all after them. */
  end(): void {
    this.progress.clear();
    while (this.waiting.length > 0) this.printNext();
    this.out.write(`\n${this.table.legend()}\n`);
  }

  private printSettled(): void {
    for (let next = this.waiting[0]; next; next = this.waiting[0]) {
      const { name, repeats } = next.sample;
      if (!this.settledByName.has(name) && !this.shown.has(repeats ?? '')) return;
      this.printNext();
    }
  }

  private printNext(): void {
    const next = this.waiting.shift();
    if (!next) return;
    const { heading, sample } = next;
    if (heading !== null) this.progress.print(`\n${this.table.heading(heading)}`);
    const settled = this.settledByName.get(sample.name);
    this.progress.print(settled ? this.table.row(settled) : this.table.unansweredRow(sample));
    this.shown.add(sample.name);
    for (const request of this.requestsByName.get(sample.name) ?? []) {
      this.progress.print(this.table.requestRow(request, sample));
    }
  }
}
