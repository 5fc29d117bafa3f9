import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isPublicAddress } from "./public-address.ts";

test("addresses of the public internet are public, in both families and carried by NAT64", () => {
  for (const address of ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "223.255.255.254"])
    assert.ok(isPublicAddress(address), address);
  for (const address of ["2606:4700::1111", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
    assert.ok(isPublicAddress(address), address);
});

test("addresses of special networks are not, at their first and their last", () => {
  const ends = {
    "0.0.0.0": "0.255.255.255",
    "10.0.0.0": "10.255.255.255",
    "100.64.0.0": "100.127.255.255",
    "127.0.0.0": "127.255.255.255",
    "168.63.129.16": "168.63.129.16",
    "169.254.0.0": "169.254.255.255",
    "172.16.0.0": "172.31.255.255",
    "192.0.0.0": "192.0.0.255",
    "192.0.2.0": "192.0.2.255",
    "192.168.0.0": "192.168.255.255",
    "198.18.0.0": "198.19.255.255",
    "224.0.0.0": "255.255.255.255",
    "::": "::1",
    "64:ff9b:1::": "64:ff9b:1:ffff:ffff:ffff:ffff:ffff",
    "100::": "100::ffff",
    "2001::": "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db8::": "2001:db8:ffff::",
    "2002::": "2002:ffff::",
    "3fff::": "3fff:fff::",
    "4000::": "ffff::",
    "fc00::": "fdff::",
    "fe80::": "febf::",
    "fec0::": "feff::",
    "ff00::": "ffff::1",
  };
  for (const address of Object.entries(ends).flat()) assert.ok(!isPublicAddress(address), address);
});

test("an address inside an IPv6 one is judged as it is by itself", () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.constantFrom("::ffff:", "64:ff9b::", "0:0:0:0:0:FFFF:"), (address, prefix) => {
      assert.equal(isPublicAddress(prefix + address), isPublicAddress(address));
    }),
  );
});

test("what is no address, or has a zone, is not public", () => {
  for (const text of ["", "localhost", "8.8.8", "8.8.8.8.8", "2606:4700::1%eth0", "[2606:4700::1]", "::g"])
    assert.ok(!isPublicAddress(text), text);
});
