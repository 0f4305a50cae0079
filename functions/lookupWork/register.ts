import { appContext } from '../appContext';
import { registerQueue } from '../queue/registerQueue';

/** Resumes lookups whose slot has come. */
if (appContext.ok) {
  const { context } = appContext;
  const { workQueue, config } = context;
  registerQueue(
    'lookupWork',
    config.queues.lookup,
    (...delivery) => workQueue.handle(...delivery),
    context,
  );
}
