import { readSiemMessage } from '../../shared/siem/readSiemMessage';
import type { SiemRequest } from '../../shared/siem/SiemRequest';

/** What the only event of a message asks for. */
export function requestIn(bytes: Buffer, tenantId: string): SiemRequest {
  const reading = readSiemMessage(bytes, tenantId);
  if (!reading.ok) throw new Error(reading.unreadable.code);
  const [request, ...others] = reading.value.requests;
  if (!request || others.length > 0) throw new Error('Not one request.');
  return request;
}
