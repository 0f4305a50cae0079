import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import type { Random } from '../../../shared/clock/Clock';

const SEEN_BEFORE = Date.parse('2026-01-30T00:00:00Z');

export interface FleetOptions {
  /** Every call sees another order. */
  readonly unstable: boolean;
  /** Chance that a page holds fewer rows than it could. */
  readonly shortPages: number;
  /** Most rows of a page, whatever is asked for. */
  readonly pageCap: number;
  /** What `@odata.count` says: the truth, nothing, the rows of the page, or a few too many or too few. */
  readonly count: 'right' | 'absent' | 'ofPage' | 'tooMany' | 'tooFew';
  /** Whether each call writes ids in the letter case that it likes. */
  readonly caseFlips: boolean;
  /** Rows without an id. */
  readonly unnamed: number;
}

export const STEADY: FleetOptions = {
  unstable: false,
  shortPages: 0,
  pageCap: Infinity,
  count: 'right',
  caseFlips: false,
  unnamed: 0,
};

interface Row {
  /** Absent on a row that nobody can be made of. */
  readonly id?: string;
  readonly lastSeen: string;
}

/** The list of machines as the service might keep it: in no order that means anything, where any row may move. */
export class MovingFleet {
  rows: Row[];
  /** Never removed. */
  readonly throughout: Set<string>;
  private created = 0;
  private wasCut = false;

  constructor(
    size: number,
    private readonly random: Random,
    private readonly options: FleetOptions = STEADY,
  ) {
    this.rows = Array.from({ length: size }, () => this.newRow(SEEN_BEFORE));
    this.throughout = new Set(this.rows.flatMap(({ id }) => id ?? []));
    for (let n = 0; n < options.unnamed; n++) {
      this.insert({ lastSeen: new Date(SEEN_BEFORE).toISOString() });
    }
  }

  /** The body of the service's answer. */
  answer(query: Extract<DefenderQuery, { endpoint: 'machines' }>): object {
    const { filter, skip, top } = query;
    const listed = this.options.unstable ? this.shuffled() : this.rows;
    const since = filter?.op === 'ge' && typeof filter.value === 'number' ? filter.value : null;
    const matching =
      since === null ? listed : listed.filter(({ lastSeen }) => Date.parse(lastSeen) >= since);
    const page = matching.slice(skip, skip + this.pageRows(top));
    const total = query.count ? this.counted(matching.length, page.length) : null;
    return {
      value: this.options.caseFlips ? page.map((row) => this.respelt(row)) : page,
      ...(total !== null && { '@odata.count': total }),
    };
  }

  add(at: number): void {
    this.insert(this.newRow(at));
  }

  remove(): void {
    this.removeRange(1);
  }

  /** So many rows vanish at once, from one place. */
  removeRange(count: number): void {
    const removed = this.rows.splice(this.below(this.rows.length), count);
    for (const { id = '' } of removed) this.throughout.delete(id);
  }

  /** Reports, and stands anywhere from then on. */
  touch(at: number): void {
    const [touched] = this.rows.splice(this.below(this.rows.length), 1);
    if (touched) this.insert({ ...touched, lastSeen: new Date(at).toISOString() });
  }

  /** Stands anywhere from now on, and nothing tells of it. */
  move(): void {
    const [moved] = this.rows.splice(this.below(this.rows.length), 1);
    if (moved) this.insert(moved);
  }

  /** The rows at two places change them. */
  swap(one: number, other: number): void {
    const [a, b] = [this.rows[one], this.rows[other]];
    if (a && b) [this.rows[one], this.rows[other]] = [b, a];
  }

  below(bound: number): number {
    return Math.floor(this.random.next() * bound);
  }

  /** A page that is cut short does not come twice in a row. */
  private pageRows(top: number): number {
    const rows = Math.min(top, this.options.pageCap);
    this.wasCut = !this.wasCut && this.random.next() < this.options.shortPages;
    return this.wasCut ? this.below(rows) : rows;
  }

  private counted(all: number, ofPage: number): number | null {
    const few = 1 + this.below(5);
    const told = {
      right: all,
      absent: null,
      ofPage,
      tooMany: all + few,
      tooFew: Math.max(0, all - few),
    };
    return told[this.options.count];
  }

  private respelt(row: Row): Row {
    return row.id !== undefined && this.random.next() < 0.5
      ? { ...row, id: row.id.toUpperCase() }
      : row;
  }

  private insert(row: Row): void {
    this.rows.splice(this.below(this.rows.length + 1), 0, row);
  }

  private newRow(seenAt: number): Row {
    const id = `abc${(this.created++).toString(16).padStart(37, '0')}`;
    return { id, lastSeen: new Date(seenAt).toISOString() };
  }

  private shuffled(): Row[] {
    return this.rows
      .map((row) => ({ row, at: this.random.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ row }) => row);
  }
}
