/** A host that a Content-Security-Policy can name; an IPv6 address it cannot. */
const nameable = /^[a-z0-9.-]+(:\d+)?$/i;

/**
 * What a plugin's page may load: scripts, styles and fonts of its own address, pictures of this server, and calls to it.
 * @param hosts by which browsers may know this server. @param prefix the page's address, with its last slash.
 */
export function pagePolicy(hosts: readonly (string | undefined)[], prefix: string): string {
  const named = hosts.filter((host) => host !== undefined && nameable.test(host));
  const own = named.length === 0 ? "'self'" : [...new Set(named)].map((host) => `${host}${prefix}`).join(" ");
  return [
    "default-src 'none'",
    `script-src ${own}`,
    `style-src ${own}`,
    `font-src ${own}`,
    "img-src 'self' data:",
    "media-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join(";");
}
