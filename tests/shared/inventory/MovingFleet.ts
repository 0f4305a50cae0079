import type { Machine } from '../../../shared/defender/DefenderAnswer';
import type { DefenderQuery } from '../../../shared/defender/DefenderQuery';
import type { Random } from '../../../shared/clock/Clock';

const SEEN_BEFORE = Date.parse('2026-01-30T00:00:00Z');

export interface FleetOptions {
  /** Every call sees another order. */
  readonly unstable: boolean;
  /** Chance that a page holds fewer rows than it could. */
  readonly shortPages: number;
}

/**
 * The list of machines as the service might keep it: in no order that means anything, where a machine moves only when it
 * reports.
 */
export class MovingFleet {
  machines: Machine[];
  /** Never removed. */
  readonly throughout: Set<string>;
  private created = 0;
  private wasCut = false;

  constructor(
    size: number,
    private readonly random: Random,
    private readonly options: FleetOptions,
  ) {
    this.machines = Array.from({ length: size }, () => this.newMachine(SEEN_BEFORE));
    this.throughout = new Set(this.machines.map(({ id }) => id));
  }

  answer(query: Extract<DefenderQuery, { endpoint: 'machines' }>): readonly Machine[] {
    const { filter, skip, top } = query;
    const listed = this.options.unstable ? this.shuffled() : this.machines;
    const since = filter?.op === 'ge' && typeof filter.value === 'number' ? filter.value : null;
    const matching =
      since === null
        ? listed
        : listed.filter(({ lastSeen }) => Date.parse(lastSeen ?? '') >= since);
    return matching.slice(skip, skip + this.pageRows(top));
  }

  /** So many rows vanish at once, from one place. */
  removeRange(count: number): void {
    const removed = this.machines.splice(this.below(this.machines.length), count);
    for (const { id } of removed) this.throughout.delete(id);
  }

  /** A page that is cut short does not come twice in a row. */
  private pageRows(top: number): number {
    this.wasCut = !this.wasCut && this.random.next() < this.options.shortPages;
    return this.wasCut ? this.below(top) : top;
  }

  add(at: number): void {
    this.insert(this.newMachine(at));
  }

  remove(): void {
    const [removed] = this.machines.splice(this.below(this.machines.length), 1);
    if (removed) this.throughout.delete(removed.id);
  }

  /** Reports, and stands anywhere from then on. */
  touch(at: number): void {
    const [touched] = this.machines.splice(this.below(this.machines.length), 1);
    if (touched) this.insert({ ...touched, lastSeen: new Date(at).toISOString() });
  }

  below(bound: number): number {
    return Math.floor(this.random.next() * bound);
  }

  private insert(machine: Machine): void {
    this.machines.splice(this.below(this.machines.length + 1), 0, machine);
  }

  private newMachine(seenAt: number): Machine {
    const id = (this.created++).toString(16).padStart(40, '0');
    return { id, lastSeen: new Date(seenAt).toISOString() };
  }

  private shuffled(): Machine[] {
    return this.machines
      .map((machine) => ({ machine, at: this.random.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ machine }) => machine);
  }
}
