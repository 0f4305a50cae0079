import { runMain } from '../settings/runMain';
import { examinationText, examine, HELP, readDoctorOptions } from './doctor';

async function main(): Promise<number> {
  const options = readDoctorOptions(process.argv.slice(2));
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  const found = await examine(options);
  console.log(options.json ? JSON.stringify(found, null, 2) : examinationText(found));
  return found.checks.some(({ status }) => status === 'failed') ? 1 : 0;
}

void runMain(main);
