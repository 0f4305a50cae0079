/** Time as the app sees it. Everything that waits or dates takes one, so tests and simulations can move it. */
export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
  /** Resolves after `ms` milliseconds, at once if `ms` ≤ 0. @throws the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Uniform random numbers in [0, 1). */
export interface Random {
  next(): number;
}
