import { createHash } from 'node:crypto';
import { BicepError, isList, isObject, isUnknown, textOf, unknown, type Value } from './Value';

/** Where a file is deployed, and what the file itself may ask of the disk. */
export interface CallPlace {
  /** Id of the subscription or resource group. */
  readonly scopeId: string;
  readonly loadText: (path: string) => string;
  readonly cloud: string;
}

type BuiltIn = (args: readonly Value[], place: CallPlace) => Value;

export const SUBSCRIPTION_ID = `/subscriptions/${unknown('subscription')}`;
const TENANT_ID = unknown('tenant');

const SUFFIXES: Readonly<Record<string, { readonly storage: string; readonly login: string }>> = {
  AzureCloud: { storage: 'core.windows.net', login: 'https://login.microsoftonline.com/' },
  AzureUSGovernment: {
    storage: 'core.usgovcloudapi.net',
    login: 'https://login.microsoftonline.us/',
  },
};

/** @throws BicepError for a cloud that the app does not know. */
export function suffixesOf(cloud: string): { readonly storage: string; readonly login: string } {
  const suffixes = SUFFIXES[cloud];
  if (suffixes) return suffixes;
  throw new BicepError(
    `there is no cloud ${cloud}: use one of ${Object.keys(SUFFIXES).join(', ')}`,
  );
}

/** Of the names and ids that Azure computes, only that they differ is known: these are stand-ins. */
const digest = (args: readonly Value[]): string =>
  createHash('sha256').update(JSON.stringify(args)).digest('hex');

/** The functions that `infra/` uses. What they decide is never decided by a stand-in. */
export const BUILT_INS: Readonly<Record<string, BuiltIn>> = {
  subscription: () => ({ id: SUBSCRIPTION_ID, tenantId: TENANT_ID }),
  tenant: () => ({ tenantId: TENANT_ID }),
  resourceGroup: (_args, { scopeId }) => ({ id: scopeId }),
  environment: (_args, { cloud }) => {
    const { storage, login } = suffixesOf(cloud);
    return { name: cloud, suffixes: { storage }, authentication: { loginEndpoint: login } };
  },
  uniqueString: (args) => digest(args).slice(0, 13),
  guid: (args) =>
    digest(args).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, (_all, ...parts: string[]) =>
      parts.slice(0, 5).join('-'),
    ),
  resourceId: ([type, name], { scopeId }) => `${scopeId}/providers/${textOf(type)}/${textOf(name)}`,
  subscriptionResourceId: ([type, name]) =>
    `${SUBSCRIPTION_ID}/providers/${textOf(type)}/${textOf(name)}`,
  loadTextContent: ([path], { loadText }) => loadText(textOf(path)),
  split: ([value, separator]) => textOf(value).split(textOf(separator)),
  toLower: ([value]) => textOf(value).toLowerCase(),
  int: ([value]) => {
    const number = Number(known(value));
    if (!Number.isInteger(number))
      throw new BicepError(`int: ${JSON.stringify(value)} is no number`);
    return number;
  },
  empty: ([given]) => {
    const value = known(given);
    if (value === null || value === '') return true;
    if (isList(value)) return value.length === 0;
    return isObject(value) && Object.keys(value).length === 0;
  },
  concat: (args) => args.flatMap((list) => (isList(list) ? list : fail('concat: lists only'))),
  union: (args) =>
    Object.assign(
      {},
      ...args.map((value) => (isObject(value) ? value : fail('union: objects only'))),
    ) as Value,
  cidrSubnet: ([network, bits, index]) => subnet(textOf(network), Number(bits), Number(index)),
};

function subnet(network: string, bits: number, index: number): string {
  const [, address = '', own = ''] = /^([\d.]+)\/(\d+)$/.exec(network) ?? [];
  if (address === '' || Number(own) > bits)
    throw new BicepError(`cidrSubnet: ${network} has no /${bits}`);
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const start = first + index * 2 ** (32 - bits);
  if (start >= first + 2 ** (32 - Number(own)))
    throw new BicepError(`cidrSubnet: ${network} has no ${index + 1} subnets /${bits}`);
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${parts.join('.')}/${bits}`;
}

/** @throws BicepError when only Azure knows the value, so nothing may depend on it. */
export function known(value: Value | undefined): Value {
  if (value === undefined) throw new BicepError('a value is missing');
  if (isUnknown(value)) throw new BicepError(`only Azure knows ${textOf(value)}`);
  return value;
}

function fail(message: string): never {
  throw new BicepError(message);
}
