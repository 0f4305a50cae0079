/** Not everything was sent; the message states why and what to do. */
export class CannotSend extends Error {
  override readonly name = 'CannotSend';
}
