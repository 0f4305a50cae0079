import { AppError } from '../errors/AppError';
import type { EndpointId } from './endpointIds';

export interface DefenderErrorOptions extends ErrorOptions {
  readonly endpoint: EndpointId;
  /** Null when no answer came. */
  readonly status: number | null;
  /** Defender's own id of the call, where it gave one. */
  readonly correlationId: string | null;
}

/** A call that was sent and brought no answer to the question. One class for each way it is dealt with. */
export abstract class DefenderError extends AppError {
  readonly endpoint: EndpointId;
  readonly status: number | null;
  readonly correlationId: string | null;

  constructor(message: string, { endpoint, status, correlationId, cause }: DefenderErrorOptions) {
    super(message, cause === undefined ? {} : { cause });
    this.endpoint = endpoint;
    this.status = status;
    this.correlationId = correlationId;
  }
}

/** 429: the endpoint's calendar cools down. */
export class DefenderThrottledError extends DefenderError {
  override readonly name = 'DefenderThrottledError';
  readonly code = 'defender.throttled';

  constructor(
    message: string,
    /** As asked for by the service, not clamped; null if it gave none. */
    readonly retryAfterMs: number | null,
    options: DefenderErrorOptions,
  ) {
    super(message, options);
  }
}

/** 401: not always the token's fault ("Account mode is inactive"), so the service's text is part of the message. */
export class DefenderUnauthorizedError extends DefenderError {
  override readonly name = 'DefenderUnauthorizedError';
  readonly code = 'defender.unauthorized';
}

/** 403: the application lacks a role, or the tenant a feature. */
export class DefenderForbiddenError extends DefenderError {
  override readonly name = 'DefenderForbiddenError';
  readonly code = 'defender.forbidden';

  constructor(
    message: string,
    /** App roles of which any one suffices. */
    readonly requiredRoles: readonly string[],
    /** Whether all of them are missing: from the token, or as Defender reports. Otherwise it concerns what was asked. */
    readonly isRoleMissing: boolean,
    options: DefenderErrorOptions,
  ) {
    super(message, options);
  }
}

/** 400: final. Whether the indicator or a filter of ours is to blame: `carriesOnlyIndicator` of the endpoint. */
export class DefenderRejectedError extends DefenderError {
  override readonly name = 'DefenderRejectedError';
  readonly code = 'defender.rejected';
}

/** Everything else: 5xx, timeout, broken connection, an answer that is not Defender's. Worth another try later. */
export class DefenderUnavailableError extends DefenderError {
  override readonly name = 'DefenderUnavailableError';
  readonly code = 'defender.unavailable';
}
