import { AppError } from '../errors/AppError';

/** A message on the work queue that is not ours, or what it refers to is gone: nothing can be done with it. */
export class MalformedWorkError extends AppError {
  override readonly name = 'MalformedWorkError';
  readonly code = 'message.notWork';

  /** No further detail, as it would quote the message. */
  constructor() {
    super(
      'Cannot go on with work: the message is not from this version of the app, or what it refers to is gone',
    );
  }
}
