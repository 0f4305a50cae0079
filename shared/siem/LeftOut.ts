/** Why an entry is not looked up, and gets no record either. */
const REASONS = {
  'entry.empty': 'Says nothing: empty, a placeholder such as n/a, or a number that is not a hash.',
  'entry.notAsked':
    'Stands beside a list of indicators, and only the list is read. Put it in there.',
} as const;
type LeftOutCode = keyof typeof REASONS;

/** An entry or a field that names nothing to look up. */
export interface LeftOut {
  /** Its first 128 characters. */
  readonly value: string;
  readonly path: string;
  readonly reason: { readonly code: LeftOutCode; readonly message: string };
}

export function leftOutReason(code: LeftOutCode): LeftOut['reason'] {
  return { code, message: REASONS[code] };
}
