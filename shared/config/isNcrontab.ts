import { NcrontabSchedule } from './NcrontabSchedule';

const FIELDS = 6;
const MAX_LENGTH = 200;

/** Whether the text is a schedule as this app's timer triggers take it: NCRONTAB with seconds, six fields. */
export function isNcrontab(text: string): boolean {
  if (text.length > MAX_LENGTH || text.trim().split(/\s+/).length !== FIELDS) return false;
  try {
    new NcrontabSchedule(text);
    return true;
  } catch {
    return false;
  }
}
