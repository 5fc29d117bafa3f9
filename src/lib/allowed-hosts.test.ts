import assert from "node:assert/strict";
import { test } from "node:test";
import { allowedHosts } from "./allowed-hosts.ts";

const allowed = allowedHosts([
  "Search.local",
  "10.0.0.7:8080",
  "[::1]:80",
  "fd00::1",
  "10.1.0.0/16",
  "fd01::/32",
]);
const host = (url: string) => allowed.allowsHost(new URL(url));

test("a name without a port allows them all, in any spelling of the name", () => {
  for (const url of ["http://search.local/x", "https://SEARCH.local:8443", "http://search.local."])
    assert.ok(host(url), url);
  for (const url of ["http://x.search.local", "http://search.local.evil.org"]) assert.ok(!host(url), url);
});

test("a port allows only itself, the usual one too", () => {
  assert.ok(host("http://10.0.0.7:8080"));
  assert.ok(host("http://[::1]/"));
  for (const url of ["http://10.0.0.7", "http://10.0.0.7:8081", "https://[::1]", "http://[::1]:81"])
    assert.ok(!host(url), url);
});

test("an IPv6 address may stand without brackets", () => assert.ok(host("https://[fd00:0::1]:99")));

test("a network allows its addresses, one that an IPv6 address carries too", () => {
  for (const address of ["10.1.2.3", "::ffff:10.1.2.3", "fd01::2"])
    assert.ok(allowed.allowsAddress(address), address);
  for (const address of ["10.2.0.1", "fd02::2", "127.0.0.1"])
    assert.ok(!allowed.allowsAddress(address), address);
});

test("what is no host stops the start, named", () => {
  for (const entry of ["http://x", "10.0.0.0/33", "a b", "x/y", "user@host", "", "*.local?"])
    assert.throws(
      () => allowedHosts([entry]),
      { code: "config_invalid", message: /outbound\.allow has/ },
      entry,
    );
});
