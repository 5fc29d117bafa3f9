import { test } from "node:test";
import { answer } from "../../src/testkit/scripted-reply.ts";
import { testBrowser } from "../support/browser.ts";
import { passwordOf } from "../support/test-server.ts";
import { answers, composer, say } from "./parts.ts";

const serve = testBrowser();

test("under a path of its host the page signs in, streams, draws what is loaded later, and survives a reload", async (t) => {
  const { open, upstream, url } = await serve(t, { base_path: "/apps/chat" });
  upstream.script(answer("Here you are:\n\n```mermaid\nflowchart LR\n  a --> b\n```"), answer("Again."));
  const page = await open({ user: null, through: `${url}/apps/chat`, mayFail: /^401 \/apps\/chat\/api\// });
  await page.getByLabel("User name").fill("ada");
  await page.getByLabel("Password").fill(passwordOf("ada"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await composer(page).waitFor();
  await say(page, "Draw");
  await page.locator(".markdown svg").first().waitFor();
  await page.reload();
  await say(page, "And now?");
  await answers(page).getByText("Again.").waitFor();
});
