import type { Random } from '../../../shared/clock/Clock';
import type { Endpoint } from '../routes/matchRoute';
import type { Fault, FaultRule } from './Fault';

/** A rule and how much of it is left. */
interface PendingRule extends Pick<FaultRule, 'endpoint' | 'of' | 'fault' | 'after'> {
  readonly times: number | 'always';
  readonly probability: number;
}

/** The faults to come, the oldest rule first. */
export class FaultPlan {
  private rules: PendingRule[] = [];

  constructor(private readonly random: Random) {}

  add(rules: readonly FaultRule[]): void {
    for (const { times, probability, ...rule } of rules) {
      const defaultTimes = probability === undefined ? 1 : 'always';
      this.rules.push({ ...rule, times: times ?? defaultTimes, probability: probability ?? 1 });
    }
  }

  clear(): void {
    this.rules = [];
  }

  list(): readonly PendingRule[] {
    return this.rules;
  }

  /** The fault of this call, if any; uses it up. `target`: its decoded path and query. */
  next(endpoint: Endpoint, target: string): Fault | undefined {
    for (const [index, rule] of this.rules.entries()) {
      if (rule.endpoint !== 'any' && rule.endpoint !== endpoint) continue;
      if (!target.toLowerCase().includes((rule.of ?? '').toLowerCase())) continue;
      if (rule.after > 0) {
        this.rules[index] = { ...rule, after: rule.after - 1 };
        continue;
      }
      if (this.random.next() >= rule.probability) continue;
      this.use(index, rule);
      return rule.fault;
    }
    return undefined;
  }

  private use(index: number, rule: PendingRule): void {
    if (rule.times === 'always') return;
    if (rule.times === 1) this.rules.splice(index, 1);
    else this.rules[index] = { ...rule, times: rule.times - 1 };
  }
}
