import { runCommand } from '../settings/runCommand';
import { cancel } from './cancel';

void runCommand(cancel);
