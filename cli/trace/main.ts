import { runCommand } from '../settings/runCommand';
import { trace } from './trace';

void runCommand(trace);
