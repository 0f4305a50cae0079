import { randomUUID } from 'node:crypto';
import { type Answer, jsonAnswer } from '../http/Answer';

/** The errors of the token endpoint that clients meet; not the shape of the API's own errors. */
const ENTRA_ERRORS = {
  70011: { status: 400, error: 'invalid_scope' },
  70003: { status: 400, error: 'unsupported_grant_type' },
  90002: { status: 400, error: 'invalid_request' },
  500011: { status: 400, error: 'invalid_resource' },
  700016: { status: 400, error: 'unauthorized_client' },
  700027: { status: 401, error: 'invalid_client' },
  900144: { status: 400, error: 'invalid_request' },
  7000215: { status: 401, error: 'invalid_client' },
  7000218: { status: 401, error: 'invalid_client' },
  7000222: { status: 401, error: 'invalid_client' },
} as const;

/** @param at Unix ms */
export function entraError(code: keyof typeof ENTRA_ERRORS, text: string, at: number): Answer {
  const { status, error } = ENTRA_ERRORS[code];
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const timestamp = `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return jsonAnswer(status, {
    error,
    error_description: [
      `AADSTS${code}: ${text}`,
      `Trace ID: ${traceId}`,
      `Correlation ID: ${correlationId}`,
      `Timestamp: ${timestamp}`,
    ].join('\r\n'),
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${code}`,
  });
}
