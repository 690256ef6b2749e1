// A site's own colour, with text on it that can be read.

/** The colour of text on a colour as #rrggbb: black or white, whichever stands out more. */
export function onColour(colour: string): string {
  return luminance(colour) > 0.179 ? "#000000" : "#ffffff";
}

/** Takes a colour as the page's accent; "" leaves the pages' own. */
export function paint(colour: string): void {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) return;
  const { style } = document.documentElement;
  style.setProperty("--accent", colour);
  style.setProperty("--on-accent", onColour(colour));
}

/** Relative luminance (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
