const allowed: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);

/** A link as a model wrote it, when following it is harmless: http, https, mailto. */
export function safeUrl(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  // Only what names its own protocol: a relative one, or a mere #place, would point into this server and this page.
  return allowed.has(URL.parse(url)?.protocol ?? "") ? url : undefined;
}
