import type { Element } from "hast";
import { isRasterData } from "./images/raster-data.ts";
import { safeUrl } from "./safe-url.ts";

/** What may stay of an address that a model wrote. */
export function harmlessUrl(url: string, key: string, { tagName, properties }: Element): string | undefined {
  // Our own: only a real footnote has these properties.
  if ("dataFootnoteRef" in properties || "dataFootnoteBackref" in properties) return url;
  if (tagName === "img" && key === "src" && isRasterData(url)) return url;
  return safeUrl(url);
}
