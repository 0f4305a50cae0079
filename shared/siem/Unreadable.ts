/** Why a message cannot be read. Codes are never reworded; docs/records.md lists them. */
export type UnreadableCode =
  | 'message.tooLarge'
  | 'message.notText'
  | 'message.notJson'
  | 'message.tooDeep'
  | 'message.noIndicator'
  | 'message.tooManyIndicators'
  | 'message.otherTenant'
  | 'message.ownRecord'
  | 'body.ambiguousScalar';

export interface Unreadable {
  readonly code: UnreadableCode;
  /** States what to send instead; never repeats the message's values. */
  readonly message: string;
}

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly unreadable: Unreadable };

export function unreadable(
  code: UnreadableCode,
  message: string,
): { readonly ok: false; readonly unreadable: Unreadable } {
  return { ok: false, unreadable: { code, message } };
}
