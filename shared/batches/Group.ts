import { postponed } from '../calls/StepAttempt';
import type { BatchLimits } from '../quota/calendar/lessons';
import { fitting, type ListId } from './batchQuery';
import type { Member } from './Question';

/** Questions for one call, which others may still join. Instants are Unix ms. */
export class Group {
  /** Of its ticket; null: not known yet. */
  private slotAt: number | null = null;

  constructor(
    readonly list: ListId,
    private limits: BatchLimits,
    private current: readonly Member[],
  ) {}

  get members(): readonly Member[] {
    return this.current;
  }

  /** Whether the member is in. `now`: when it comes. */
  admit(member: Member, now: number): boolean {
    const grown = [...this.current, member];
    const isWelcome =
      this.slotAt === null ||
      (countOf(grown, this.list, this.limits) === grown.length &&
        this.slotAt <= latestOf(member, now));
    if (isWelcome) this.current = grown;
    return isWelcome;
  }

  /** Takes out what one call cannot hold: full groups, in the order in which they came; the last stay. */
  divide(limits: BatchLimits): readonly Group[] {
    this.limits = limits;
    const groups: Group[] = [];
    let rest = this.current;
    for (;;) {
      const count = countOf(rest, this.list, limits);
      if (count >= rest.length) break;
      groups.push(new Group(this.list, limits, rest.slice(0, count)));
      rest = rest.slice(count);
    }
    this.current = rest;
    return groups;
  }

  /** Its call comes at `slotAt`: answers members that cannot wait so long. */
  scheduled(slotAt: number, now: number): void {
    this.slotAt = slotAt;
    this.keep(
      (member) => slotAt <= latestOf(member, now),
      (member) => postponed(member.question.state, slotAt),
    );
  }

  /** Its call is now: answers members whose time is over. */
  begin(now: number): void {
    this.keep(
      ({ question }) => now < question.state.deadlineAt,
      ({ question }) => postponed(question.state, now),
    );
  }

  /** All that are in it, who are in it no more. */
  leave(): readonly Member[] {
    const all = this.current;
    this.current = [];
    return all;
  }

  halves(): readonly [Group, Group] {
    const middle = Math.ceil(this.current.length / 2);
    return [
      new Group(this.list, this.limits, this.current.slice(0, middle)),
      new Group(this.list, this.limits, this.current.slice(middle)),
    ];
  }

  private keep(
    isKept: (member: Member) => boolean,
    otherwise: (member: Member) => Parameters<Member['tell']>[0],
  ): void {
    for (const member of this.current) if (!isKept(member)) member.tell(otherwise(member));
    this.current = this.current.filter(isKept);
  }
}

function countOf(members: readonly Member[], list: ListId, limits: BatchLimits): number {
  const queries = members.map(({ question }) => question.planned.query);
  return fitting(list, queries, limits);
}

/** No call for it comes later. */
function latestOf({ question: { state, request } }: Member, now: number): number {
  if (request.lane === 'bulk') return state.deadlineAt;
  return Math.min(state.deadlineAt, now + (request.maxWaitMs ?? 0));
}
