import { StorageUnavailableError } from './StorageUnavailableError';

/** The service's error code, or the connection's; both SDKs put it in one of two places. */
export function conditionOf(error: unknown): string {
  if (!(error instanceof Error)) return 'Unknown';
  const { code, details, statusCode } = error as Partial<SdkError>; // the shape of both storage SDKs' RestError
  const found = details?.errorCode ?? details?.odataError?.code ?? code ?? statusCode ?? error.name;
  return String(found);
}

interface SdkError {
  readonly code: string;
  readonly statusCode: number;
  readonly details: {
    readonly errorCode?: string;
    readonly odataError?: { readonly code?: string };
  };
}

/** The SDK's errors carry the request with its headers; only the condition goes on. `operation` completes "Cannot …". */
export function storageUnavailable(operation: string, error: unknown): StorageUnavailableError {
  return new StorageUnavailableError(operation, conditionOf(error));
}
