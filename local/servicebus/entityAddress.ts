/** What the address of a link's terminus stands for. Queue names are in lower case. */
export type EntityAddress =
  | { readonly kind: 'cbs' }
  | { readonly kind: 'subscription' }
  | { readonly kind: 'queue' | 'management'; readonly queue: string; readonly part: QueuePart };

export type QueuePart = 'messages' | 'deadLetters';

/** Addresses are compared without regard to case; .NET puts a slash in front of them, JavaScript does not. */
export function parseEntityAddress(address: string): EntityAddress {
  let rest = decode(address).toLowerCase().replace(/^\//, '');
  if (rest === '$cbs') return { kind: 'cbs' };
  if (rest.includes('/subscriptions/')) return { kind: 'subscription' };
  const kind = rest.endsWith('/$management') ? 'management' : 'queue';
  rest = rest.replace(/\/\$management$/, '');
  const part = rest.endsWith('/$deadletterqueue') ? 'deadLetters' : 'messages';
  return { kind, queue: rest.replace(/\/\$deadletterqueue$/, ''), part };
}

function decode(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
