import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { testHost } from "../../src/testkit/test-host.ts";
import { web_search } from "./web-search.ts";

afterEach(() => {
  delete process.env.SEARXNG_URL;
});

async function search(query: string, text: string, status = 200) {
  const asked: string[] = [];
  const fetch = async (url: string | URL) => {
    asked.push(String(url));
    return { url: String(url), status, headers: {}, body: Buffer.from(text), text: () => text };
  };
  const signal = new AbortController().signal;
  const running = web_search(query, {
    host: testHost({ fetch }),
    userId: "ada",
    threadId: "t",
    turnId: "n",
    signal,
  });
  const progress = (await running.next()).value;
  return { progress, asked, text: (await running.next()).value };
}

test("a search is a request to the SearXNG of the environment, its results are told in short", async () => {
  process.env.SEARXNG_URL = "https://search.local/searx";
  const results = [
    { title: "Bread", url: "https://a.example/", content: "How  to\nbake.", engine: "x" },
    { title: "More bread", url: "https://b.example/", content: "y".repeat(600) },
    { title: "No excerpt", url: "https://c.example/" },
  ];
  const { progress, asked, text } = await search(
    "bread & salt?",
    JSON.stringify({ query: "bread", results }),
  );
  assert.equal(progress, "searching for bread & salt?");
  assert.deepEqual(asked, ["https://search.local/searx/search?q=bread+%26+salt%3F&format=json"]);
  assert.equal(
    text,
    `Bread\nhttps://a.example/\nHow to bake.\n\nMore bread\nhttps://b.example/\n${"y".repeat(500)}...\n\nNo excerpt\nhttps://c.example/`,
  );
});

test("at most ten results are told, and none is said so", async () => {
  process.env.SEARXNG_URL = "https://search.local/";
  const results = Array.from({ length: 30 }, (_, index) => ({ title: `r${index}`, url: "u", content: "c" }));
  assert.equal((await search("x", JSON.stringify({ results }))).text?.split("\n\n").length, 10);
  assert.equal((await search("x", '{"results":[]}')).text, "Nothing was found.");
});

test("what is wrong with the search engine is said", async () => {
  await assert.rejects(search("x", ""), /set SEARXNG_URL/);
  process.env.SEARXNG_URL = "https://search.local/";
  await assert.rejects(search("x", "", 403), /status 403/);
  await assert.rejects(search("x", "<html>"), /not JSON/);
  await assert.rejects(search("x", "null"), /no results in it/);
});
