const SVG = 'http://www.w3.org/2000/svg';

/** An element of a drawing. */
export function drawn(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly Node[] = [],
): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes))
    made.setAttribute(attribute, String(value));
  made.append(...children);
  return made;
}
