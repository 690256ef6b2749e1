// Addresses of the web within a text. Nothing else of a text is ever more than text.
import { webUrl } from "./interactive";

export interface Part {
  text: string;
  url?: string;
}

/** Cuts a text where addresses begin and end; a full stop or a bracket behind one is no part of it. */
export function parts(text: string): Part[] {
  const out: Part[] = [];
  let done = 0;
  for (const match of text.matchAll(/\bhttps?:\/\/[^\s<>"'`]+[^\s<>"'`.,;:!?)\]}]/gi)) {
    const url = webUrl(match[0]);
    if (!url) continue;
    if (match.index > done) out.push({ text: text.slice(done, match.index) });
    out.push({ text: match[0], url });
    done = match.index + match[0].length;
  }
  if (done < text.length) out.push({ text: text.slice(done) });
  return out;
}
