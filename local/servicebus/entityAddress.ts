/** What the address of a link's terminus refers to. Queue names are in lower case. */
export type EntityAddress =
  | { readonly kind: 'cbs' }
  | { readonly kind: 'subscription' }
  | { readonly kind: 'queue'; readonly queue: string; readonly part: QueuePart }
  | { readonly kind: 'management'; readonly queue: string; readonly part: QueuePart };

export type QueuePart = 'messages' | 'deadLetters';

/** A whole URL up to its path: what Python's clients put in front of an entity's name. */
const URL_ORIGIN = /^[a-z]+:\/\/[^/]*/;

/** Addresses are compared without regard to case; .NET puts a slash in front of them, JavaScript does not. */
export function parseEntityAddress(address: string): EntityAddress {
  let rest = decodeAddress(address).toLowerCase().replace(URL_ORIGIN, '').replace(/^\//, '');
  if (rest === '$cbs') return { kind: 'cbs' };
  if (rest.includes('/subscriptions/')) return { kind: 'subscription' };
  const kind = rest.endsWith('/$management') ? 'management' : 'queue';
  rest = rest.replace(/\/\$management$/, '');
  const part = rest.endsWith('/$deadletterqueue') ? 'deadLetters' : 'messages';
  return { kind, queue: rest.replace(/\/\$deadletterqueue$/, ''), part };
}

/** As it is if it cannot be decoded. */
export function decodeAddress(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
