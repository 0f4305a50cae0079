/** One line of what the doctor found. */
export interface CheckResult {
  /** What was looked at, such as `queue lookups`. */
  readonly check: string;
  /** `failed`: something would break; `warning`: worth a look. */
  readonly status: 'ok' | 'warning' | 'failed';
  readonly detail: string;
  /** What to do; null: nothing. */
  readonly mend: string | null;
}

/** Looks at one part of what the app depends on. Never rejects. */
export type Check = () => Promise<readonly CheckResult[]>;

export const ok = (check: string, detail: string): CheckResult => ({
  check,
  status: 'ok',
  detail,
  mend: null,
});

export const warning = (check: string, detail: string, mend: string): CheckResult => ({
  check,
  status: 'warning',
  detail,
  mend,
});

export const failed = (check: string, detail: string, mend: string): CheckResult => ({
  check,
  status: 'failed',
  detail,
  mend,
});
