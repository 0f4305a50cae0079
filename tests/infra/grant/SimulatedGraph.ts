import { DEFENDER_APP_ID } from '../../../infra/grant/grantRoles';

export const IDENTITY = '11111111-aaaa-4bbb-8ccc-111111111111';
export const DEFENDER_ID = '22222222-aaaa-4bbb-8ccc-222222222222';

/** Ids of WindowsDefenderATP's roles; they are the same in every tenant. */
export const ROLE_IDS = {
  'Machine.Read.All': 'ea8291d3-4b9a-44b5-bc3a-6cea3026dc79',
  'Machine.ReadWrite.All': 'aa027352-232b-4ed4-b963-a705fc4d6d2c',
  'Alert.Read.All': '71fe6b80-7034-4028-9ed8-0f316df9c3ff',
  'File.Read.All': '8788f1a9-beca-4e26-ba58-10513f3b896f',
};

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });
const refuse = (status: number, code: string, message: string, headers = {}) =>
  answer(status, { error: { code, message } }, headers);

/** What the grant asks of Microsoft Graph, and how Graph answers; each field is a way in which tenants differ. */
export class SimulatedGraph {
  readonly asked: string[] = [];
  readonly held = new Set<string>();
  hasDefender = true;
  mayRead = true;
  mayGrant = true;
  isReachable = true;
  /** Answers before Graph knows the identity. */
  unknownFor = 0;
  /** Answers that are 429. */
  throttledFor = 0;
  /** Roles that someone else grants between reading and granting. */
  readonly grantedMeanwhile = new Set<string>();

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (!this.isReachable) throw new TypeError('fetch failed');
    const { method = 'GET', body } = init;
    this.asked.push(`${method} ${url}`);
    if (new Headers(init.headers).get('authorization') !== 'Bearer token-of-the-caller')
      return refuse(401, 'InvalidAuthenticationToken', 'Access token is empty.');
    if (this.throttledFor-- > 0)
      return refuse(429, 'TooManyRequests', 'Slow down.', { 'retry-after': '7' });
    if (!this.mayRead)
      return refuse(403, 'Authorization_RequestDenied', 'Insufficient privileges.');
    const path = new URL(url).pathname;
    if (path === `/v1.0/servicePrincipals(appId='${DEFENDER_APP_ID}')`) return this.defender();
    if (path !== `/v1.0/servicePrincipals/${IDENTITY}/appRoleAssignments` || this.unknownFor-- > 0)
      return refuse(404, 'Request_ResourceNotFound', `Resource '${path}' does not exist.`);
    return method === 'GET'
      ? this.assignments()
      : this.assign(typeof body === 'string' ? body : '{}');
  };

  private defender(): Response {
    if (!this.hasDefender) return refuse(404, 'Request_ResourceNotFound', 'does not exist');
    const appRoles = Object.entries(ROLE_IDS).map(([value, id]) => ({
      id,
      value,
      isEnabled: true,
    }));
    return answer(200, { id: DEFENDER_ID, appRoles });
  }

  private assignments(): Response {
    const other = { appRoleId: ROLE_IDS['File.Read.All'], resourceId: 'of-another-application' };
    const held = [...this.held].map((appRoleId) => ({ appRoleId, resourceId: DEFENDER_ID }));
    const answered = answer(200, { value: [other, ...held] });
    for (const role of this.grantedMeanwhile) this.held.add(role);
    return answered;
  }

  private assign(body: string): Response {
    if (!this.mayGrant)
      return refuse(403, 'Authorization_RequestDenied', 'Insufficient privileges.');
    const { principalId, resourceId, appRoleId } = JSON.parse(body) as Record<string, string>; // of our own
    const isValid = principalId === IDENTITY && resourceId === DEFENDER_ID;
    if (!isValid || appRoleId === undefined)
      return refuse(400, 'Request_BadRequest', 'Invalid ids.');
    if (this.held.has(appRoleId)) {
      const message = 'Permission being assigned already exists on the object';
      return refuse(400, 'Request_BadRequest', message);
    }
    this.held.add(appRoleId);
    return answer(201, { id: 'assignment' });
  }
}
