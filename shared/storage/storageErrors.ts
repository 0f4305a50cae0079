import { isNativeError } from 'node:util/types';
import { StorageUnavailableError } from './StorageUnavailableError';

/** The service's error code, or the connection's. */
export function conditionOf(error: unknown): string {
  if (!isNativeError(error)) return 'Unknown';
  const { code, details, statusCode } = error as Partial<SdkError>; // the shape of the SDK's RestError
  return String(details?.errorCode ?? code ?? statusCode ?? error.name);
}

/** The status of the service's answer; undefined: there was none. */
export function statusOf(error: unknown): number | undefined {
  return isNativeError(error) ? (error as Partial<SdkError>).statusCode : undefined; // the same shape
}

interface SdkError {
  readonly code: string;
  readonly statusCode: number;
  readonly details: { readonly errorCode?: string };
}

/** The SDK's errors carry the request with its headers; only the condition is passed on. `operation` completes "Cannot …". */
export function storageUnavailable(operation: string, error: unknown): StorageUnavailableError {
  return new StorageUnavailableError(operation, conditionOf(error));
}
