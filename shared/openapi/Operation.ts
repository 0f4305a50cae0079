import type { z } from 'zod';

/** Groups of routes, each for one kind of caller. */
export const TAGS = {
  Lookups: 'Which devices stand behind an address, a hash, an alert or a name',
  Requests: 'What became of a question that was answered later, or came by message',
  Messages: 'Messages of a SIEM',
  Inventory: 'Snapshots of all devices',
  Agents: 'What assistants call',
  Operation: 'The app itself',
} as const;

export interface DescribedAnswer {
  readonly description: string;
  readonly schema: z.ZodType;
  readonly example: object;
  /** Names of headers that callers need. */
  readonly headers?: readonly string[];
}

/** An answer that is a problem. */
export type DescribedProblem = Pick<DescribedAnswer, 'description' | 'example'>;

/** What a route's own schemas leave out: for people, by the name of the route. */
export interface Operation {
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description: string;
  /** The parameters of the path. */
  readonly params: Readonly<
    Record<string, { readonly example: string; readonly description: string }>
  >;
  /** Answers other than problems, by status. */
  readonly answers: Readonly<Record<number, DescribedAnswer>>;
  /** Problems that the default leaves unsaid, by status. */
  readonly problems: Readonly<Record<number, DescribedProblem>>;
  readonly exampleBody: object | null;
  /** Whether the connector of Logic Apps and Power Platform has it as an action. */
  readonly isAction: boolean;
}
