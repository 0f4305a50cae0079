import { AppError } from '../../shared/errors/AppError';

/** A transfer whose payload is not an AMQP message; the sender gets it back as rejected. */
export class MalformedMessageError extends AppError {
  readonly code = 'servicebus.malformedMessage';
}
