import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';

/** Puts a text in a colour, where there are colours. */
export type Paint = (style: Style, text: string) => string;

/** Node decides: a terminal with colours, and neither `NO_COLOR` nor `NODE_DISABLE_COLORS` set. */
export function paintOn(stream: NodeJS.WriteStream): Paint {
  return (style, text) => styleText(style, text, { stream });
}

/** Leaves texts as they are. */
export const unpainted: Paint = (_style, text) => text;
