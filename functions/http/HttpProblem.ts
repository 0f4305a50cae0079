import { AppError } from '../../shared/errors/AppError';

export interface HttpProblemOptions {
  readonly status: number;
  /** Stable and dotted; consumers branch on it. */
  readonly code: string;
  /** One sentence for the caller; no internals. */
  readonly detail: string;
  /** When the same request may succeed, from now. */
  readonly retryAfterMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the answer. */
  readonly members?: Readonly<Record<string, string | number>>;
}

/** A request that is not answered with what it asked for. Handlers throw it; it becomes RFC 9457 problem details. */
export class HttpProblem extends AppError {
  override readonly name = 'HttpProblem';
  readonly code: string;

  constructor(readonly options: HttpProblemOptions) {
    super(options.detail);
    this.code = options.code;
  }
}

/** 400: names the parameter or field that is wrong and what it should be. */
export function badRequest(where: 'parameter' | 'field', name: string, detail: string) {
  const code = where === 'parameter' ? 'request.badParameter' : 'request.badField';
  return new HttpProblem({ status: 400, code, detail, members: { [where]: name } });
}
