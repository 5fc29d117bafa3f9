import { BlockList, isIP } from "node:net";
import { SkeletonError } from "./errors.ts";
import { addNetwork, carriedAddress } from "./public-address.ts";

/** What may be reached although it is not public. */
export type AllowedHosts = {
  /** By its name, or by the address that stands in the URL; whatever addresses the name has. */
  allowsHost(url: URL): boolean;
  allowsAddress(address: string): boolean;
};

/**
 * Reads `outbound.allow`: host names and addresses, each with a port if only that one is meant, and networks as
 * `10.1.0.0/16`. @throws `config_invalid`.
 */
export function allowedHosts(entries: readonly string[]): AllowedHosts {
  const networks = new BlockList();
  const hosts = new Set<string>();
  for (const entry of entries.map((each) => each.trim())) {
    try {
      if (entry.includes("/")) addNetwork(networks, entry);
      else hosts.add(hostOf(entry));
    } catch (cause) {
      throw new SkeletonError(
        "config_invalid",
        `outbound.allow has "${entry}", which is no host or network.`,
        {
          hint: "Write a name, an address, either with a port, or a network: search.local:8080, 10.0.0.7, 10.1.0.0/16.",
          cause,
        },
      );
    }
  }
  return {
    allowsHost: (url) => hosts.has(bare(url.hostname)) || hosts.has(`${bare(url.hostname)}:${portOf(url)}`),
    allowsAddress: (address) =>
      networks.check(
        carriedAddress(address) ?? address,
        isIP(carriedAddress(address) ?? address) === 6 ? "ipv6" : "ipv4",
      ),
  };
}

/** In the spelling that URLs are brought to, with its port when it has one. */
function hostOf(entry: string): string {
  const address = isIP(entry) === 6 ? `[${entry}]` : entry;
  const { hostname, pathname, search, username } = new URL(`http://${address}/`);
  if (hostname === "" || pathname !== "/" || search !== "" || username !== "") throw new Error("not a host");
  const port = isIP(entry) === 6 ? undefined : /:(\d+)$/.exec(address)?.[1];
  return port === undefined ? bare(hostname) : `${bare(hostname)}:${Number(port)}`;
}

/** Without the dot that a whole name may end in. */
const bare = (hostname: string): string => hostname.replace(/\.$/, "");

const portOf = ({ port, protocol }: URL): string => port || (protocol === "https:" ? "443" : "80");
