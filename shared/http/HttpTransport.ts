/** One GET. */
export interface HttpRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** For the whole exchange, the last byte of the body included. */
  readonly timeoutMs: number;
  /** Largest body, counted after decompression. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  /** Any status, 3xx included: nothing is followed. */
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The whole body, decompressed. */
  readonly body: string;
}

/** The way out to Defender: one request in, one answer out, no repeats and no redirects. */
export interface HttpTransport {
  /** Does beforehand what would otherwise delay the first request. */
  prepare(): void;
  /**
   * @throws {HttpError} no complete answer within the limits.
   * @throws the signal's reason when aborted.
   */
  get(request: HttpRequest): Promise<HttpResponse>;
}
