import assert from "node:assert/strict";
import { test } from "node:test";
import { type InfiniteData, QueryClient } from "@tanstack/react-query";
import type { MessageEntry } from "../api/wire.ts";
import { adoptTurn, cutAfter } from "./adopt-turn.ts";

const turn = { thread_id: "t", turn_id: "turn", message_id: "new" };
const asked = { content: "hello", model: "m", systemPrompt: "default" };
const entry = (id: string) => ({ id, role: "user", content: id }) as MessageEntry;

function clientWith(pages: readonly (readonly string[])[]): QueryClient {
  const client = new QueryClient();
  client.setQueryData(["messages", "t", "newest"], {
    pages: pages.map((ids) => ids.map(entry)),
    pageParams: pages.map(() => undefined),
  });
  return client;
}

const shown = (client: QueryClient) =>
  client
    .getQueryData<InfiniteData<readonly MessageEntry[]>>(["messages", "t", "newest"])
    ?.pages.map((page) => page.map(({ id }) => id));

test("a first message stands in its new thread at once, and its turn is followed", () => {
  const client = new QueryClient();
  adoptTurn(client, turn, asked);
  assert.deepEqual(shown(client), [["new"]]);
  assert.equal(client.getQueryData<{ running_turn: string }>(["thread", "t"])?.running_turn, "turn");
});

test("a message comes after the newest page, once", () => {
  const client = clientWith([
    ["c", "d"],
    ["a", "b"],
  ]);
  adoptTurn(client, turn, asked);
  adoptTurn(client, turn, asked);
  assert.deepEqual(shown(client), [
    ["c", "d", "new"],
    ["a", "b"],
  ]);
});

test("an edited message stands in the place of the old one and all that followed it", () => {
  const client = clientWith([
    ["c", "d"],
    ["a", "b"],
  ]);
  adoptTurn(client, turn, { ...asked, cutAt: "b" });
  assert.deepEqual(shown(client), [["new"], ["a"]]);
});

test("answering again takes away what stood after the question", () => {
  const client = clientWith([["a", "b", "c"]]);
  cutAfter(client, "t", "b");
  assert.deepEqual(shown(client), [["a", "b"]]);
});
