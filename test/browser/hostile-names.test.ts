import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { testBrowser } from "../support/browser.ts";
import { answers, button, ended, picker, say } from "./parts.ts";

const serve = testBrowser();

const evil = "https://evil.example";
const image = `<img src="${evil}/x.png" onerror="alert(1); ran = 1">`;
const markdown = `[click](javascript:ran=1) ![x](${evil}/md.png)`;
/** One line, so that it may also be a name. */
const hostile = `${image}<script>ran = 1</script> ${markdown}`;

/** Anything in the page that such a text would become if it were more than text. */
const come = `:is(main, nav, aside, [role=dialog]) :is(script, img[src*=evil], iframe, a[href^='javascript'])`;

test("whatever jobs, roles, keys, pages and commands say is text", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "skeleton-names-"));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "pages"));
  writeFileSync(
    join(folder, "pages", "named.ts"),
    `export default { name: "named", access: "public", sidebar: { title: ${JSON.stringify(hostile)} },
      signIn: { title: ${JSON.stringify(hostile)} }, routes(server) { server.get("/", async () => "here"); } };`,
  );
  const { open, as, upstream } = await serve(t, { plugins_path: folder });
  const ada = as("ada");
  const post = async (path: string, json: object) => {
    const response = await ada(path, { method: "POST", json });
    assert.ok(response.ok, `${path}: ${await response.clone().text()}`);
    return response.json();
  };
  const name = hostile.slice(0, 95);
  await post("/api/v1/roles", { name, instructions: `${hostile}\n{{ language }}` });
  await post("/api/v1/keys", { name, scopes: ["read"] });
  upstream.script(answer(hostile));
  const { id } = (await post("/api/v1/jobs", {
    ...{
      prompt: hostile,
      title: hostile,
      instructions: hostile,
      meta: { hostile },
      thread_id: hostile.slice(0, 190),
    },
    ...{ callback_url: `${evil}/${encodeURIComponent(hostile)}`, settings: { hostile } },
  })) as { id: number };

  const stranger = await open({ user: null });
  await stranger.getByText(image).first().waitFor();
  assert.equal(await stranger.locator("img[src*=evil], script:not([src])").count(), 0);

  const page = await open();
  const sound = async (where: string) => {
    assert.equal(await page.evaluate("typeof ran"), "undefined", where);
    assert.equal(await page.locator(come).count(), 0, where);
  };
  await page.getByRole("navigation").getByText(image).first().waitFor();
  await sound("the left column");
  for (const [hash, text] of [
    ["#/jobs", image],
    [`#/jobs/${id}`, image],
    ["#/keys", name.slice(0, 40)],
    [`#/search/${encodeURIComponent(hostile)}`, ""],
    [`#/t/${encodeURIComponent(hostile)}`, ""],
    [`#/setup/${encodeURIComponent(hostile)}`, ""],
    [`#/then/${encodeURIComponent("javascript:ran=1")}`, ""],
  ] as const) {
    await page.goto(`${page.url().replace(/#.*/, "")}${hash}`);
    if (text !== "") await page.locator("main").getByText(text).filter({ visible: true }).first().waitFor();
    else await page.getByRole("main").waitFor();
    await sound(hash);
  }
  await page.goto(`${page.url().replace(/#.*/, "")}#/`);
  await picker(page, "Prompt").click();
  await page.getByRole("listbox", { name: "Prompt" }).getByText(name.slice(0, 40)).first().waitFor();
  await button(page, "Manage roles").click();
  await page.getByRole("heading", { name: "Manage roles" }).waitFor();
  await sound("the roles");
  await button(page, "Import").click();
  const brought = [{ name: hostile, instructions: hostile }, { name: "<b>x</b>", instructions: hostile }, 7];
  await page.getByLabel("Choose a file").setInputFiles({
    ...{ name: `${image.replaceAll("/", "")}.json`, mimeType: "application/json" },
    buffer: Buffer.from(JSON.stringify(brought)),
  });
  await page.getByRole("listitem").getByText("<b>x</b>").first().waitFor();
  await sound("a file of roles");
  await page.keyboard.press("Escape");
  await page.goto(`${page.url().replace(/#.*/, "")}#/`);
  await say(page, "/roles");
  await page.locator(".command-note").getByText("<img").waitFor();
  await sound("what a command says");
  upstream.script(answer("Fine."));
  await say(page, hostile);
  await answers(page).getByText("Fine.").waitFor();
  await ended(page);
  await sound("a message");
});
