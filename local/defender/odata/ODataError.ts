/** The query cannot be read or is not allowed; the service answers 400 `ODataError` with the message. */
export class ODataError extends Error {
  override readonly name = 'ODataError';
}
