import { type LookupAddress, promises } from "node:dns";

/** All addresses of a host name. @throws when it has none, or nobody answers. */
export type ResolveName = (hostname: string) => Promise<readonly LookupAddress[]>;

/** As the operating system has them, its hosts file included. For names that whoever runs the server gave. */
export const fromSystem: ResolveName = (hostname) => promises.lookup(hostname, { all: true });

/**
 * As the DNS has them, for names that anybody gave: Node asks the operating system on one of four threads that hash
 * passwords and read files too, and a few names that take long to resolve would hold up everybody.
 */
export const fromDns: ResolveName = async (hostname) => {
  // RFC 6761: such names are this machine, whether or not the DNS knows them.
  if (/(^|\.)localhost\.?$/i.test(hostname)) return [{ address: "127.0.0.1", family: 4 }];
  const resolver = new promises.Resolver({ timeout: 3000, tries: 2 });
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  if (v4.status === "rejected" && v6.status === "rejected") throw v4.reason;
  return [
    ...(v4.status === "fulfilled" ? v4.value.map((address) => ({ address, family: 4 })) : []),
    ...(v6.status === "fulfilled" ? v6.value.map((address) => ({ address, family: 6 })) : []),
  ];
};
