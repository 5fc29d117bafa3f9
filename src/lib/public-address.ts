import { BlockList, isIP } from "node:net";

/**
 * Not the public internet, by the special-purpose registries of IANA
 * (https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry).
 */
const special = new BlockList();
for (const network of [
  "0.0.0.0/8", // this host
  "10.0.0.0/8", // private
  "100.64.0.0/10", // shared by a provider's customers
  "127.0.0.0/8", // loopback
  "168.63.129.16/32", // Azure's own services, as seen from a machine there
  "169.254.0.0/16", // link-local, where clouds keep their metadata
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relays, withdrawn
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, and broadcast
  "2001::/23", // protocol assignments, Teredo among them
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4: any IPv4 address in disguise, and withdrawn
  "3fff::/20", // documentation
])
  addNetwork(special, network);

/** What has been given out to the public so far; whatever lies outside is local, reserved or in disguise. */
const globalUnicast = new BlockList();
addNetwork(globalUnicast, "2000::/3");

/** Whether this is an address of the public internet. What is no address, or cannot be judged, is not. */
export function isPublicAddress(address: string): boolean {
  if (address.includes("%")) return false; // a zone, as only local ones need
  if (isIP(address) === 4) return !special.check(address, "ipv4");
  const carried = carriedAddress(address);
  if (carried !== undefined) return !special.check(carried, "ipv4");
  return isIP(address) === 6 && globalUnicast.check(address, "ipv6") && !special.check(address, "ipv6");
}

/**
 * The IPv4 address that an IPv6 address of the kinds `::ffff:0:0/96` (mapped) and `64:ff9b::/96` (NAT64, by which hosts
 * without IPv4 reach the rest of the internet) stands for.
 */
export function carriedAddress(address: string): string | undefined {
  if (!URL.canParse(`http://[${address}]`)) return undefined;
  const { hostname } = new URL(`http://[${address}]`); // in one spelling: hexadecimal, shortened
  const [, high = "", low = ""] =
    /^\[(?:::ffff:|64:ff9b::)(?:([0-9a-f]+):)?([0-9a-f]+)\]$/.exec(hostname) ?? [];
  if (low === "") return undefined;
  const [first, second] = [Number.parseInt(high || "0", 16), Number.parseInt(low, 16)];
  return [first >> 8, first & 255, second >> 8, second & 255].join(".");
}

/** @param network for example `10.0.0.0/8`. @throws whatever Node says of one that is none. */
export function addNetwork(list: BlockList, network: string): void {
  const [address = "", bits] = network.split("/");
  list.addSubnet(address, Number(bits), isIP(address) === 6 ? "ipv6" : "ipv4");
}
