import type { DefenderQuery } from '../defender/DefenderQuery';

/** Whether the service counts machines on request, which is not documented: what its refusals have taught so far. */
export class CountOption {
  private isTaken = true;
  private isProven = false;

  /** The query as it is to be sent. */
  applyTo(query: DefenderQuery): DefenderQuery {
    const isLeftOut = query.endpoint === 'machines' && query.count === 'ifTaken' && !this.isTaken;
    return isLeftOut ? { ...query, count: false } : query;
  }

  /** After an answer: a later refusal is about something else. For calls of many, which are refused for their size. */
  confirm(sent: DefenderQuery): void {
    this.isProven ||= sent.endpoint === 'machines' && sent.count === 'ifTaken';
  }

  /** After a refusal: whether to try again, without it. If the refusal was not about the count, it is asked for anew. */
  learn(query: DefenderQuery, sent: DefenderQuery): boolean {
    if (query.endpoint !== 'machines' || query.count !== 'ifTaken' || this.isProven) return false;
    this.isTaken = sent !== query;
    return !this.isTaken;
  }
}
