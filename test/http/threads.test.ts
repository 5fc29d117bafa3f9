import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { startTestServer, type TestServer, threadOf } from "../support/test-server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
  server.upstream.script(() => answer("An answer.", { reasoning: "Let me see." }));
});
after(() => server.close());

type Row = Record<string, unknown> & { id: string; title: string };
const say = async (content: string, user: "ada" | "bob" = "ada") =>
  threadOf(await server.as(user).say({ content }));
const post = (path: string, json: unknown, user: "ada" | "bob" = "ada") =>
  server.as(user)(path, { method: "POST", json });

describe("threads", () => {
  test("are listed newest first with exactly five fields, each user's own", async () => {
    const first = await say("first");
    const second = await say("second");
    const rows = await server.as("ada").get<Row[]>("/api/v1/threads");
    assert.deepEqual(
      rows.slice(0, 2).map(({ id }) => id),
      [second, first],
    );
    assert.deepEqual(Object.keys(rows[0] ?? {}), ["id", "title", "created", "model", "system_prompt"]);
    assert.match(String(rows[0]?.created), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    assert.deepEqual(await server.as("bob").get("/api/v1/threads"), []);
  });

  test("are named after the first 50 characters, with ... when there is more", async () => {
    const id = await say("x".repeat(51));
    const rows = await server.as("ada").get<Row[]>("/api/v1/threads");
    assert.equal(rows.find((row) => row.id === id)?.title, `${"x".repeat(50)}...`);
  });

  test("come in pages", async () => {
    const ids = [await say("p1"), await say("p2"), await say("p3")].reverse();
    const page = await server.as("ada").get<Row[]>("/api/v1/threads?limit=2");
    assert.deepEqual(
      page.map(({ id }) => id),
      ids.slice(0, 2),
    );
    const next = await server.as("ada").get<Row[]>(`/api/v1/threads?limit=1&before=${ids[1]}`);
    assert.equal(next[0]?.id, ids[2]);
  });

  test("are renamed with a trimmed title; a blank one or none changes nothing", async () => {
    const id = await say("old name");
    const done = { message: "Thread updated successfully" };
    for (const body of [{ title: "  new name " }, {}, { title: "   " }, { title: null }]) {
      const response = await post(`/api/v1/threads/${id}`, body);
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), done);
    }
    assert.equal((await server.as("ada").get<Row>(`/api/v1/threads/${id}`)).title, "new name");
    for (const title of ["", "x".repeat(501)]) {
      assert.equal((await post(`/api/v1/threads/${id}`, { title })).status, 422);
    }
  });

  test("are archived: gone from the list, still readable, however often; and brought back", async () => {
    const id = await say("to archive");
    const listed = async () =>
      (await server.as("ada").get<Row[]>("/api/v1/threads")).some((row) => row.id === id);
    for (let n = 0; n < 2; n += 1) {
      const response = await server.as("ada")(`/api/v1/threads/${id}`, { method: "DELETE" });
      assert.deepEqual(await response.json(), { message: "Thread archived successfully" });
    }
    assert.equal(await listed(), false);
    assert.equal((await server.as("ada").get<Row[]>(`/api/v1/threads/${id}/messages`)).length, 3);
    const archived = await server.as("ada").get<Row[]>("/api/v1/threads?archived=true");
    assert.deepEqual(
      archived.map((row) => row.id),
      [id],
    );
    await post(`/api/v1/threads/${id}`, { archived: false });
    assert.equal(await listed(), true);
  });

  test("are read from any message on: above it, below it, or around it", async () => {
    const id = await say("to read");
    const path = `/api/v1/threads/${id}/messages?details=true`;
    const ids = async (query: string) =>
      (await server.as("ada").get<Row[]>(`${path}${query}`)).map((row) => row.id);
    const [first, second, third] = await ids("");
    assert.deepEqual(await ids(`&before=${third}&limit=1`), [second]);
    assert.deepEqual(await ids(`&after=${first}&limit=1`), [second]);
    assert.deepEqual(await ids(`&around=${second}&limit=2`), [first, second]);
    assert.deepEqual(await ids(`&around=${third}&limit=40`), [first, second, third]);
    const status = async (query: string, user: "ada" | "bob" = "ada") =>
      (await server.as(user)(`${path}${query}`)).status;
    assert.equal(await status("&around=nowhere"), 404);
    assert.equal(await status(`&around=${second}`, "bob"), 404);
    assert.equal(await status(`&around=${second}&after=${first}`), 400);
    assert.equal(await status(`&around=${"x".repeat(201)}`), 422);
  });

  test("are pinned: listed alone, left out, or in their places, and told only where details are", async () => {
    const id = await say("to pin");
    const rows = (query: string) => server.as("ada").get<Row[]>(`/api/v1/threads?${query}`);
    const news = async (query = "") => {
      const headers = { accept: "application/json" };
      const answer = await server.as("ada")(`/api/v1/events${query}`, { headers });
      return (await answer.json()) as { cursor: number; events: unknown[] };
    };
    const { cursor } = await news();
    const response = await post(`/api/v1/threads/${id}`, { pinned: true });
    assert.deepEqual(await response.json(), { message: "Thread updated successfully" });
    assert.match(JSON.stringify((await news(`?after=${cursor}`)).events), RegExp(`thread_updated.*${id}`));

    const [pinned, ...others] = await rows("pinned=true&details=true");
    assert.deepEqual([pinned?.id, pinned?.pinned, others], [id, true, []]);
    const rest = await rows("pinned=false&details=true");
    assert.equal(rest.length, (await rows("")).length - 1);
    assert.ok(rest.every((row) => row.id !== id && row.pinned === false));
    assert.equal((await rows("limit=1"))[0]?.id, id);
    assert.equal("pinned" in ((await rows("limit=1"))[0] ?? {}), false);
    assert.equal((await server.as("ada").get<Row>(`/api/v1/threads/${id}`)).pinned, true);

    await post(`/api/v1/threads/${id}`, { pinned: false });
    assert.deepEqual(await rows("pinned=true"), []);
    assert.equal((await post(`/api/v1/threads/${id}`, { pinned: "often" })).status, 422);
    assert.equal((await post(`/api/v1/threads/${id}`, { pinned: true }, "bob")).status, 404);
  });

  test("are erased for good when that is asked for", async () => {
    const id = await say("to erase with zebra words");
    const response = await server.as("ada")(`/api/v1/threads/${id}?permanent=true`, { method: "DELETE" });
    assert.equal(response.status, 200);
    assert.equal((await server.as("ada")(`/api/v1/threads/${id}/messages`)).status, 404);
    assert.deepEqual(await server.as("ada").get("/api/v1/search?q=zebra"), []);
  });

  test("of another user answer like missing ones, whatever is asked", async () => {
    const id = await say("private");
    const message = (await server.as("ada").get<Row[]>(`/api/v1/threads/${id}/messages?details=true`))[0]?.id;
    const calls: [string, string, unknown?][] = [
      ["GET", ""],
      ["GET", "/messages"],
      ["GET", "/export"],
      ["POST", "", { title: "mine" }],
      ["POST", "", {}],
      ["DELETE", ""],
      ["DELETE", "?permanent=true"],
      ["POST", `/messages/${message}/activate`],
      ["POST", `/messages/${message}/edit`, { content: "mine" }],
      ["POST", `/messages/${message}/regenerate`, {}],
      ["POST", `/messages/${message}/continue`, {}],
    ];
    for (const [method, path, json] of calls) {
      for (const thread of [id, "no-such-thread"]) {
        const response = await server.as("bob")(`/api/v1/threads/${thread}${path}`, {
          method,
          ...(json === undefined ? {} : { json }),
        });
        assert.equal(response.status, 404, `${method} ${path}`);
        assert.deepEqual(await response.json(), { detail: "Thread not found" });
      }
    }
  });

  test("remember how answers are generated, and every answer heeds it", async () => {
    const id = await say("warm up");
    await post(`/api/v1/threads/${id}`, { settings: { temperature: 0.1, max_tokens: 77 } });
    await server.as("ada").say({ content: "cool down", thread_id: id });
    const { temperature, max_tokens } = server.upstream.requests.at(-1)?.body ?? {};
    assert.deepEqual([temperature, max_tokens], [0.1, 77]);
    assert.equal((await post(`/api/v1/threads/${id}`, { settings: { temperature: "hot" } })).status, 422);
  });

  test("can begin with settings, which are theirs from then on", async () => {
    const settings = '{"temperature":0.1,"reasoning_effort":"low"}';
    const id = threadOf(await server.as("ada").say({ content: "warm up", settings }));
    const sent = server.upstream.requests.at(-1)?.body ?? {};
    assert.deepEqual([sent.temperature, sent.reasoning_effort], [0.1, "low"]);
    const thread = await server.as("ada").get<{ settings: unknown }>(`/api/v1/threads/${id}`);
    assert.deepEqual(thread.settings, { temperature: 0.1, reasoning_effort: "low" });
    for (const form of [
      { settings, thread_id: id },
      { settings: '{"temperature":9}' },
      { settings: '{"model":"x"}' },
      { settings: "{" },
      { settings: "null" },
    ]) {
      const refused = await server.as("ada")("/api/v1/message", {
        method: "POST",
        form: { content: "no", ...form },
      });
      assert.equal(refused.status, 400, JSON.stringify(form));
    }
  });
});

describe("messages of a thread", () => {
  test("come in order, with the original's fields and no others", async () => {
    const id = await say("tell me");
    const rows = await server.as("ada").get<Row[]>(`/api/v1/threads/${id}/messages`);
    assert.deepEqual(
      rows.map(({ role, content, type, timestamp, ...rest }) => [
        role,
        content,
        type,
        typeof timestamp,
        rest,
      ]),
      [
        ["user", "tell me", "message_text", "string", {}],
        ["thinking", "Let me see.", "message_text", "string", {}],
        ["assistant", "An answer.", "message_text", "string", { model: "alpha-large" }],
      ],
    );
  });

  test("come in pages from the end, with their ids when asked for", async () => {
    const id = await say("one");
    await server.as("ada").say({ content: "two", thread_id: id });
    const path = `/api/v1/threads/${id}/messages?details=true&limit=2`;
    const last = await server.as("ada").get<Row[]>(path);
    assert.deepEqual(
      last.map(({ content }) => content),
      ["Let me see.", "An answer."],
    );
    const before = await server.as("ada").get<Row[]>(`${path}&before=${last[0]?.id}`);
    assert.deepEqual(
      before.map(({ content }) => content),
      ["An answer.", "two"],
    );
    assert.equal((await server.as("ada")(`${path}&before=unknown`)).status, 404);
  });

  test("branch: an edit and another answer stand beside the first, and each can be made active", async () => {
    const id = await say("one");
    const rows = () => server.as("ada").get<Row[]>(`/api/v1/threads/${id}/messages?details=true`);
    const [question] = await rows();
    const edited = await server.as("ada")(`/api/v1/threads/${id}/messages/${question?.id}/edit`, {
      method: "POST",
      json: { content: "two" },
      headers: { accept: "application/json" },
    });
    assert.equal(edited.status, 202);
    const { turn_id } = (await edited.json()) as { turn_id: string };
    await (await server.as("ada")(`/api/v1/turns/${turn_id}/events`)).text();
    assert.deepEqual(
      (await rows()).map(({ content }) => content),
      ["two", "Let me see.", "An answer."],
    );
    assert.equal(((await rows())[0]?.siblings as string[] | undefined)?.length, 2);
    await post(`/api/v1/threads/${id}/messages/${question?.id}/activate`, undefined);
    assert.equal((await rows())[0]?.content, "one");
    const again = await post(`/api/v1/threads/${id}/messages/${question?.id}/regenerate`, {
      model: "beta-mini",
    });
    await again.text();
    const answers = await rows();
    assert.equal(answers.at(-1)?.model, "beta-mini");
    const bare = await server.as("ada")(`/api/v1/threads/${id}/messages/${question?.id}/regenerate`, {
      method: "POST",
      headers: { accept: "application/json" },
    });
    assert.equal(bare.status, 202, "without a body");
    await (
      await server.as("ada")(`/api/v1/turns/${((await bare.json()) as { turn_id: string }).turn_id}/events`)
    ).text();
    assert.equal((answers[1]?.siblings as string[] | undefined)?.length, 2);
    const sent = server.upstream.requests.at(-1)?.body.messages as { content: string }[];
    assert.equal(sent.at(-1)?.content, "one", "the old answer is not shown to the model");
  });

  test("leave as Markdown to read and as JSON to keep", async () => {
    const id = await say("export me");
    const markdown = await server.as("ada")(`/api/v1/threads/${id}/export`);
    assert.match(markdown.headers.get("content-disposition") ?? "", /attachment; filename="thread-.*\.md"/);
    assert.match(
      await markdown.text(),
      /^# export me\n\n## You\n\nexport me\n\n> \*thinking\*\n> Let me see\.\n\n## alpha-large\n\nAn answer\.\n$/,
    );
    const json = await server
      .as("ada")
      .get<{ id: string; messages: Row[] }>(`/api/v1/threads/${id}/export?format=json`);
    assert.equal(json.id, id);
    assert.equal(json.messages.length, 3);
    assert.equal((await server.as("ada")(`/api/v1/threads/${id}/export?format=pdf`)).status, 422);
  });
});

describe("search", () => {
  const search = (q: string, user: "ada" | "bob" = "ada") =>
    server.as(user).get<(Row & { snippet: string })[]>(`/api/v1/search?q=${encodeURIComponent(q)}`);

  test("finds a word of a title and says so", async () => {
    const id = await say("Voyage to Xanadu");
    await post(`/api/v1/threads/${id}`, { title: "Kubla Khan" });
    const [hit] = await search("kubla");
    assert.deepEqual(Object.keys(hit ?? {}), ["id", "title", "created", "snippet"]);
    assert.deepEqual([hit?.id, hit?.snippet], [id, "Title: Kubla Khan"]);
  });

  test("finds a word deep in a message, with a piece of the text around it", async () => {
    const filler = "lorem ipsum dolor ".repeat(30);
    const id = await say(`${filler}nightingale ${filler}`);
    const [hit] = await search("nightingale");
    assert.equal(hit?.id, id);
    assert.match(hit?.snippet ?? "", /^\.\.\..*nightingale.*\.\.\.$/s);
  });

  test("finds beginnings of words, accents, quotes, and nothing of another user", async () => {
    const id = await say('The "crème brûlée" of 東京都 tastes like C++');
    for (const q of ["brul", "Crème", '"crème brûlée"', "東京", "京都", "c++", '"', "brulee creme"]) {
      const hits = await search(q);
      if (q !== '"')
        assert.ok(
          hits.some((hit) => hit.id === id),
          q,
        );
      assert.deepEqual(await search(q, "bob"), []);
    }
  });

  test("leaves archived threads out", async () => {
    const id = await say("quetzalcoatl");
    assert.equal((await search("quetzalcoatl")).length, 1);
    await server.as("ada")(`/api/v1/threads/${id}`, { method: "DELETE" });
    assert.deepEqual(await search("quetzalcoatl"), []);
  });

  test("marks the matches in details", async () => {
    await say("the zymurgy of zymurgy");
    const [hit] = await server
      .as("ada")
      .get<{ snippet: string; marks: [number, number][]; message_id?: string }[]>(
        "/api/v1/search?q=zymur&details=true",
      );
    assert.deepEqual(
      hit?.marks.map(([start, end]) => hit.snippet.slice(start, end)),
      ["zymurgy", "zymurgy"],
    );
  });

  test("without a query, with a blank one or one too long is refused", async () => {
    const status = async (path: string) => (await server.as("ada")(path)).status;
    assert.equal(await status("/api/v1/search"), 422);
    const blank = await server.as("ada")("/api/v1/search?q=%20");
    assert.equal(blank.status, 400);
    assert.deepEqual(await blank.json(), { detail: "Search query cannot be empty" });
    const long = await server.as("ada")(`/api/v1/search?q=${"x".repeat(501)}`);
    assert.equal(long.status, 400);
    assert.deepEqual(await long.json(), { detail: "Search query too long" });
  });
});
