import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { House } from "./house.ts";

/** Where its pages were. */
export function pages(house: House): void {
  describe("addresses of its pages", () => {
    const visit = (path: string, init: RequestInit = {}) =>
      fetch(house.server.url + path, { redirect: "manual", ...init });
    const enter = (password: string) =>
      visit("/chat/login", { method: "POST", body: new URLSearchParams({ password }) });

    test("lead to the login, and from there to the page", async () => {
      for (const path of ["/chat/", "/chat/jobs", "/chat/conversations", "/chat/conversations/story-1"]) {
        const response = await visit(path);
        assert.deepEqual([response.status, response.headers.get("location")], [303, "/chat/login"], path);
        assert.deepEqual(await response.json(), { detail: "See Other" });
      }
      assert.equal((await visit("/chat")).status, 307);
      assert.equal((await visit("/chat/docs")).headers.get("location"), "/docs");
      const wrong = await enter("guess");
      assert.equal(wrong.status, 200);
      assert.match(await wrong.text(), /Invalid password/);
      assert.deepEqual(wrong.headers.getSetCookie(), []);
      assert.equal((await visit("/chat/login", { method: "POST", body: new URLSearchParams() })).status, 422);
      const right = await enter("let me in");
      assert.deepEqual([right.status, right.headers.get("location")], [303, "/chat"]);
      const [set = ""] = right.headers.getSetCookie();
      assert.match(set, /HttpOnly.*SameSite=Strict/);
      const headers = { cookie: set.split(";", 1)[0] ?? "" };
      assert.equal((await visit("/chat/jobs", { headers })).headers.get("location"), "/#/jobs");
      const me = (await (await visit("/api/v1/me", { headers })).json()) as { username: string };
      assert.equal(me.username, "bob");
      const unknown = await visit("/chat/conversations/brand%20new", { headers });
      assert.equal(unknown.headers.get("location"), "/#/t/brand%20new");
      const thread = await house.server.as("bob").get<{ title: string }>("/api/v1/threads/brand%20new");
      assert.equal(thread.title, "New Conversation");
      const out = await visit("/chat/logout", { headers });
      assert.match(out.headers.getSetCookie()[0] ?? "", /Expires=Thu, 01 Jan 1970/);
      assert.equal(
        (await visit("/chat/jobs", { headers })).headers.get("location"),
        "/chat/login",
        "it is over",
      );
    });

    test("lead to this server's own sign-in where no password is configured, and no password opens", async () => {
      const form = await fetch(`${house.open.url}/chat/login`, { redirect: "manual" });
      assert.deepEqual([form.status, form.headers.get("location")], [303, "/"]);
      const tried = await house.open.as(null)("/chat/login", {
        method: "POST",
        form: { password: "let me in" },
      });
      assert.deepEqual(tried.headers.getSetCookie(), []);
    });
  });
}
