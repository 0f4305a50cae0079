import type { DefenderAnswer, Machine } from '../defender/DefenderAnswer';
import type { EndpointId } from '../defender/endpointIds';
import type { endpoints, QueryOf } from '../defender/endpoints';
import type { IndicatorKind, IndicatorOf } from '../indicators/Indicator';
import type { ParsedIndicator } from '../indicators/IndicatorProblem';
import type { IpRange } from '../indicators/parseIpRanges';
import type { Asks, Lookup } from '../lookups/Lookup';

/**
 * Everything that is particular to one kind of indicator, except for its value object. `Step` and `By`: the names of its
 * steps, and of the ways in which they match machines.
 */
export interface Kind<
  K extends IndicatorKind,
  Step extends string = string,
  By extends string = string,
> {
  /** What messages to people call one. */
  readonly noun: string;
  /** The key of the plain form under which it is documented. */
  readonly key: { readonly name: string; readonly description: string };
  /** Every key and `type` by which SIEMs call one, in lower case, without hyphens, dots and the like. */
  readonly names: readonly string[];
  /**
   * Reads a value that is known to be of this kind, without what is usually written around it. A canonical value parses
   * to itself. `hashAlgorithm`: what the message calls a digest.
   */
  readonly parse: (text: string, hashAlgorithm?: string) => ParsedIndicator<IndicatorOf<K>>;
  /** Whether a text is written like one, even if it cannot be asked for. */
  readonly isMeant: (text: string) => boolean;
  /** Whether a bare value is accepted as one; otherwise its key or type has to name it. */
  readonly isDetected: boolean;
  /** Whether a number, such as an id that was cut off, is worth a record; otherwise it names nothing. */
  readonly mayBeNumber: boolean;
  /** Whether a fresh one that was not seen is asked for once more, unless the settings differ. */
  readonly isRechecked: boolean;
  /** Whether several live machines leave open which one is meant. */
  readonly meansOneMachine: boolean;
  /** The questions about it that playbooks ask over HTTP. */
  readonly routes: readonly LookupRoute[];
  /** The plan of its lookups: the Defender calls that they may take, in this order. */
  readonly steps: readonly [KindStep<K, Step, By>, ...KindStep<K, Step, By>[]];
}

/** A lookup of one kind. */
export type LookupOf<K extends IndicatorKind> = Lookup & {
  readonly indicator: IndicatorOf<K> & { readonly kind: K };
};

/** Which of the questions that are not asked always are asked. */
export interface PlanSettings {
  /** Used inside, beyond the standard ones. */
  readonly internalIpRanges: readonly IpRange[];
  readonly ipAlerts: boolean;
  readonly ipLastKnown: boolean;
}

/** What is known when a step's turn comes. */
export interface Known {
  readonly settings: PlanSettings;
  /** The answer to the step before this one; null if that was not asked, or got none. */
  readonly previous: DefenderAnswer | null;
  /** Whether the answers so far hold a machine. */
  readonly hasMachines: () => boolean;
}

/** One Defender call. Where the endpoint returns machines, it defines how these match. */
export type KindStep<K extends IndicatorKind, Step extends string, By extends string> = {
  readonly [E in EndpointId]: {
    /** As it is named in message ids and work messages. */
    readonly step: Step;
    readonly endpoint: E;
    /** What to ask; null for nothing. */
    readonly query: (lookup: LookupOf<K>, known: Known) => QueryOf<E> | null;
    readonly match: (typeof endpoints)[E]['answers'] extends 'machine' | 'machines'
      ? MatchRule<K, By>
      : null;
  };
}[EndpointId];

/** How the machines of an answer match the indicator. */
export interface MatchRule<K extends IndicatorKind, By extends string> {
  /** `match.by` of the record. */
  readonly by: By;
  /** The value that Defender was asked for. Default: the indicator's. */
  readonly via?: (lookup: LookupOf<K>) => string;
  /** The time that Defender was asked for, and how far either way it looked. Default: none. */
  readonly window?: (lookup: LookupOf<K>) => MatchWindow;
  /** Whether a machine is a match at all. Default: every one is. */
  readonly counts?: (machine: Machine, lookup: LookupOf<K>) => boolean;
  /**
   * Whether a record has the value it was asked for by: the service's own reading of a filter or an id is not taken on
   * trust. Default: every one does.
   */
  readonly bears?: (machine: Machine, lookup: LookupOf<K>) => boolean;
  /**
   * The live machines that are safe to act on: `each`, asked for by Defender's own key; none; or the only one, if the
   * question was one that has a single machine for an answer.
   */
  readonly strong: 'each' | 'none' | ((lookup: LookupOf<K>, call: AnsweredCall) => boolean);
}

export interface MatchWindow {
  /** ISO 8601. */
  readonly at: string;
  readonly windowMinutes: number;
}

/** When an answer was fetched (Unix ms), and whether by an earlier lookup. */
export interface AnsweredCall {
  readonly calledAt: number;
  readonly fromCache: boolean;
}

/** A route that answers one question with one record. */
export interface LookupRoute {
  /** Also the operation's in OpenAPI. */
  readonly name: string;
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  /** Of the path: the value. */
  readonly parameter: {
    readonly name: string;
    readonly description: string;
    readonly example: string;
  };
  /** The kind of a value that is not meant to be of this one. Default: this kind. */
  readonly otherwise?: IndicatorKind;
  readonly asks: Asks;
  /** Whether `at` is when it was seen. */
  readonly takesTime: boolean;
}
