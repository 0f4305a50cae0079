import { MINUTE_MS } from '../../shared/clock/durations';
import type { DefenderAnswer } from '../../shared/defender/DefenderAnswer';
import type { DefenderQuery } from '../../shared/defender/DefenderQuery';
import { matchesFilter } from '../../shared/defender/matchesFilter';
import type { Lookup } from '../../shared/lookups/Lookup';
import { lookupId, requestId } from '../../shared/messaging/ids';
import { aLookup, aMachine, anAnswer, notFound } from '../shared/lookups/aLookup';
import { times } from '../shared/quota/calendar/fixtures';
import { runLookups, type LookupsOptions, type LookupsReport } from './runLookups';

export interface BurstOptions extends Pick<
  LookupsOptions,
  'instances' | 'lookups' | 'arriveWithinMs' | 'crashEveryMs' | 'quota' | 'isForgetful' | 'batches'
> {
  /** Whether Defender knows all that is asked for. Default: nine in ten. */
  readonly areKnown?: boolean;
  /** Names without their domain, which also stand for longer ones. Default: full names. */
  readonly areBare?: boolean;
  /** What Defender answers instead; it takes a call as any answer does. Default: nothing. */
  readonly refusal?: (query: DefenderQuery) => Error | null;
  /** Default: an hour, far longer than any of them takes with batches. */
  readonly stopAfterMs?: number;
}

export interface BurstReport extends LookupsReport {
  /** Calls that were answered with `refusal`. */
  readonly refused: number;
}

const STOP_AFTER_MS = 60 * MINUTE_MS;
const UNKNOWN = 1_000_000;
const idOf = (index: number): string => `1${index.toString(16).padStart(39, '0')}`;
const bareNameOf = (index: number): string => `ws-${index}`;
const nameOf = (index: number): string => `${bareNameOf(index)}.contoso.com`;
const alertIdOf = (index: number): string => `da${String(index).padStart(18, '6')}_${index}`;

/** Thirds: full names, device ids, alert ids, each of another machine. */
function lookupOf(
  index: number,
  receivedAt: number,
  { areKnown = false, areBare = false }: Pick<BurstOptions, 'areKnown' | 'areBare'>,
): Lookup {
  const kinds = ['host', 'machine', 'alert'] as const;
  const values = [areBare ? bareNameOf : nameOf, idOf, alertIdOf] as const;
  // Defender does not know one in ten: an unknown device and alert take a call of their own.
  const asked = !areKnown && index % 10 === 9 ? UNKNOWN + index : index;
  const lookup = aLookup(kinds[index % 3] ?? 'host', (values[index % 3] ?? nameOf)(asked), {
    id: lookupId([String(index)]),
    expiresAt: receivedAt + 1_440 * MINUTE_MS,
  });
  const { request, subject } = lookup;
  return {
    ...lookup,
    request: { ...request, id: requestId([String(index)], []), receivedAt },
    subject: { ...subject, observedAt: receivedAt },
  };
}

/** A tenant in which every machine and alert exists that is asked for. */
function answerTo(lookups: number): (query: DefenderQuery) => DefenderAnswer {
  const machines = times(lookups, (index) =>
    aMachine(idOf(index), { computerDnsName: nameOf(index) }),
  );
  const alertIds = new Map(times(lookups, (index) => [alertIdOf(index), index] as const));
  const machineOf = (id: string) => machines[parseInt(id.slice(1), 16)];
  const found = (...all: readonly (DefenderAnswer['machines'][number] | undefined)[]) =>
    anAnswer({ machines: all.flatMap((each) => each ?? []) });
  const machineAlone = (machine: DefenderAnswer['machines'][number] | undefined) =>
    machine ? found(machine) : notFound;
  return (query) => {
    switch (query.endpoint) {
      case 'machine':
        return machineAlone(machineOf(query.id.value));
      case 'alertMachine':
        return machineAlone(machineOf(idOf(alertIds.get(query.alertId.value) ?? UNKNOWN)));
      case 'alerts':
        return anAnswer({
          alerts: query.ids.flatMap(({ value: id }) => {
            const index = alertIds.get(id);
            return index === undefined ? [] : [{ id, machineId: idOf(index) }];
          }),
        });
      case 'machines':
        return found(
          ...machines.filter((each) => query.filter && matchesFilter(query.filter, each)),
        );
      default:
        return anAnswer();
    }
  };
}

/** Messages with one indicator each, in several processes. */
export async function batchedBurst(options: BurstOptions): Promise<BurstReport> {
  const { refusal, stopAfterMs = STOP_AFTER_MS } = options;
  const answer = answerTo(options.lookups);
  let refused = 0;
  const report = await runLookups({
    ...options,
    lookupOf: (index, receivedAt) => lookupOf(index, receivedAt, options),
    answerTo: (query) => {
      const error = refusal?.(query);
      if (!error) return answer(query);
      refused += 1;
      throw error;
    },
    stopAfterMs,
  });
  return { ...report, refused };
}
