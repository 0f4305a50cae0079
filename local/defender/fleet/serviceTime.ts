/**
 * A UTC instant as the service writes it: .NET style, 0 to 7 fractional digits, `Z`.
 * @param at Unix milliseconds
 * @param ticks 100 ns ticks on top, 0 to 9999
 */
export function serviceTime(at: number, ticks = 0): string {
  const iso = new Date(at).toISOString();
  const fraction = (iso.slice(20, 23) + String(ticks).padStart(4, '0')).replace(/0+$/, '');
  return `${iso.slice(0, 19)}${fraction && `.${fraction}`}Z`;
}
