import type { Paint } from '../../local/terminal/paint';
import { totalOutstanding } from '../../shared/quota/calendar/Plan';
import { rowOf } from '../../shared/quota/calendarRows';
import type { OpenedPlan } from './openPlan';
import type { PlanOptions } from './planOptions';
import { planText } from './planText';
import { makeReport } from './report';
import { Scenario } from './Scenario';
import { usualWhatIfs } from './whatIfs';

/** What there is to print, and the command's exit code. */
export function plan(
  { load, around }: OpenedPlan,
  { from, empty, whatIfs, each, json }: PlanOptions,
  paint: Paint,
): { readonly exitCode: 0 | 1; readonly output: string } {
  const { calendars, scope, batchMaxQuestions, now } = around;
  const states = [...calendars.values()];
  const waitingTickets = states.reduce((sum, state) => sum + totalOutstanding(state), 0);
  const config = calendars.get(rowOf(scope, 'findByIp'))?.config;
  const report = makeReport({
    scenario: new Scenario(load.waiting, around),
    load,
    whatIfs:
      whatIfs.length > 0 || !config
        ? whatIfs
        : usualWhatIfs(config, batchMaxQuestions, waitingTickets > 0),
    each,
    now,
  });
  const { expire, denied, unreadableCount } = report;
  const exitCode = expire + denied + unreadableCount > 0 ? 1 : 0;
  if (json) return { exitCode, output: JSON.stringify(report, null, 2) };
  const source = empty ? `${from}, on empty calendars` : from;
  return { exitCode, output: planText(report, { source, waitingTickets }, paint) };
}
