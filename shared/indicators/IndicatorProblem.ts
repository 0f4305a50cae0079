/** Why a value cannot be asked for: a code as it appears in records, never reworded, and what is said with it. */
export interface IndicatorProblem {
  readonly code: string;
  readonly message: string;
}

export interface Refused {
  readonly ok: false;
  readonly problem: IndicatorProblem;
}

export type ParsedIndicator<T> = { readonly ok: true; readonly indicator: T } | Refused;

/** The code of a text that is not meant to be what it is read as ends in `.malformed`. */
export function refusal(code: string, message: string): Refused {
  return { ok: false, problem: { code, message } };
}

/** Whether a text is meant to be what it was read as, even if it cannot be asked for. */
export function isMeant(parsed: ParsedIndicator<unknown>): boolean {
  return parsed.ok || !parsed.problem.code.endsWith('.malformed');
}
