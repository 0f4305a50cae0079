import { readBody } from './readBody';
import { readBareText, readPlainForm } from './readPlainForm';
import type { SiemRequest } from './SiemRequest';
import type { Reading } from './Unreadable';
import { unreadable } from './Unreadable';

/** Reads what a SIEM put on the queue; `tenantId` is the tenant this app asks about. */
export function readSiemMessage(bytes: Buffer, tenantId: string): Reading<SiemRequest> {
  const body = readBody(bytes);
  if (!body.ok) return body;
  const request =
    body.value.type === 'json' ? readPlainForm(body.value.value) : readBareText(body.value.text);
  if (!request.ok) return request;
  const { tenantIds } = request.value;
  return tenantIds.every((id) => id.toLowerCase() === tenantId.toLowerCase())
    ? request
    : unreadable(
        'message.otherTenant',
        'The message is about a tenant that this app does not serve.',
      );
}
