import type { Clock } from '../../shared/clock/Clock';
import type { EndpointId } from '../../shared/defender/endpointIds';
import { endpoints as endpointFacts } from '../../shared/defender/endpoints';
import { KINDS } from '../../shared/kinds/kinds';
import type { Lookup } from '../../shared/lookups/Lookup';
import type { Choice } from './choose';
import type { Sending } from './Sending';

/** Endpoints that refuse the app's rights, and when the next call may try them (Unix ms). */
export type RefusedEndpoints = ReadonlyMap<EndpointId, number>;

export interface RightsGateDeps {
  /** As the quota calendars have it. */
  readonly refused: () => Promise<RefusedEndpoints>;
  /** What the lookup asks first. */
  readonly firstEndpointOf: (lookup: Lookup) => EndpointId | null;
  readonly sending: Pick<Sending, 'send' | 'look' | 'returnedAs' | 'forget'>;
  readonly clock: Clock;
  /** How long a refused right is waited for. */
  readonly waitMs: number;
  /** Gets something that the user should know. */
  readonly note: (line: string) => void;
}

/** `refused`: the right is still missing; `silent`: the app did not ask. `ahead`: what was sent to find out. */
export interface GateAnswer {
  readonly outcome: 'open' | 'refused' | 'silent';
  readonly endpoints: readonly EndpointId[];
  readonly isSentAhead: boolean;
}

const POLL_MS = 500;
/** A call waits for the clock of the calendar. */
const MARGIN_MS = 500;
/** What a lookup asks after its first answer is asked by then, and what is refused has come back. */
const SETTLED_MS = 3_000;
/** An app that runs has asked by then. */
const SILENT_MS = 30_000;

/**
 * While an endpoint refuses the app's rights, its lookups end denied at once, but for the one whose turn it is to try. So
 * one is sent ahead for that very time: the app itself then finds out, with its own identity, whether the right is there.
 */
export class RightsGate {
  constructor(private readonly deps: RightsGateDeps) {}

  /** The choices by what they have to wait for: those that need not, then one list per question. */
  async sort(choices: readonly Choice[]): Promise<readonly (readonly Choice[])[]> {
    const refused = await this.deps.refused();
    const groups = new Map<string, Choice[]>([['', []]]);
    for (const choice of choices) {
      const { lookup } = choice.entry;
      const waits = lookup && needs(lookup, refused).length > 0;
      const key = waits ? `${lookup.indicator.kind} ${this.deps.firstEndpointOf(lookup)}` : '';
      groups.set(key, [...(groups.get(key) ?? []), choice]);
    }
    return [...groups.values()];
  }

  /** Sends the first of them ahead until it is answered, or time is up. */
  async open(first: Choice): Promise<GateAnswer> {
    const { refused, sending, clock, waitMs, note } = this.deps;
    const giveUpAt = clock.now() + waitMs;
    let choice = first;
    for (let isSentAhead = false; ; isSentAhead = true) {
      const { lookup } = choice.entry;
      const closed = await refused();
      const endpoints = lookup ? needs(lookup, closed) : [];
      if (!lookup || endpoints.length === 0) return { outcome: 'open', endpoints, isSentAhead };
      const untils = endpoints.map((endpoint) => closed.get(endpoint) ?? 0);
      const at = Math.max(clock.now(), ...untils) + MARGIN_MS;
      const labels = endpoints.map((endpoint) => endpointFacts[endpoint].label).join(', ');
      const inS = Math.ceil((at - clock.now()) / 1_000);
      note(`Defender has refused ${labels}: one lookup is sent ahead, to be tried in ${inS} s.`);
      const [copy] = await sending.send([choice], at);
      if (!copy) return { outcome: 'silent', endpoints, isSentAhead: true };
      const outcome = await this.outcomeOf(lookup, at, () => sending.returnedAs(copy) !== null);
      const back = sending.returnedAs(copy);
      if (outcome !== 'refused' || !back || clock.now() >= giveUpAt)
        return { outcome, endpoints, isSentAhead: true };
      sending.forget(copy);
      choice = { entry: back, older: [], generation: back.generation };
    }
  }

  private async outcomeOf(
    lookup: Lookup,
    at: number,
    isBack: () => boolean,
  ): Promise<GateAnswer['outcome']> {
    const { refused, firstEndpointOf, sending, clock } = this.deps;
    const first = firstEndpointOf(lookup);
    let openSince: number | null = null;
    for (;;) {
      await clock.sleep(POLL_MS);
      await sending.look();
      if (isBack()) return 'refused';
      const now = clock.now();
      const isShut = needs(lookup, await refused()).some((endpoint) => endpoint === first);
      if (isShut) openSince = null;
      else openSince ??= Math.max(now, at);
      if (openSince !== null && now - openSince >= SETTLED_MS) return 'open';
      if (now >= at + SILENT_MS) return 'silent';
    }
  }
}

/** The endpoints among them that a lookup of its kind may call. */
function needs({ indicator }: Lookup, refused: RefusedEndpoints): readonly EndpointId[] {
  const all = KINDS[indicator.kind].steps.map(({ endpoint }): EndpointId => endpoint);
  return [...new Set(all)].filter((endpoint) => refused.has(endpoint));
}
