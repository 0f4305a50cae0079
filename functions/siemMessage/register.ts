import { arrivalOf } from '../../shared/siem/arrivalOf';
import { appContext } from '../appContext';
import { registerQueue } from '../queue/registerQueue';

if (appContext.ok) {
  const { context } = appContext;
  const { intake, config } = context;
  registerQueue(
    'siemMessage',
    config.queues.siem,
    (body, source, deadlineAt) => intake.take(body, arrivalOf(source), source, deadlineAt),
    context,
  );
}
