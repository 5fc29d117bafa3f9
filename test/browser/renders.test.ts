import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../../src/testkit/until.ts";
import { testBrowser } from "../support/browser.ts";
import { answers, composer, ended, say } from "./parts.ts";

const serve = testBrowser();

/**
 * Stands where React looks for its developer tools: after each commit it notes, by where they stand in the document, the
 * components that were called. React itself marks those (`PerformedWork`), also in a page that was built.
 */
const watchRenders = `
  const rendered = globalThis.rendered = new Map();
  const isComponent = new Set([0, 1, 11, 14, 15]); // functions, classes, and either in forwardRef and memo
  const elementIn = (fiber) => {
    for (let at = fiber; at; at = at.child) if (at.tag === 5) return at.stateNode;
    for (let at = fiber; at; at = at.return) if (at.tag === 5) return at.stateNode;
  };
  const places = ["header", ".sidebar", ".composer-room", "[data-message]"];
  const placeOf = (element) => {
    const place = places.find((selector) => element?.closest(selector));
    const message = element?.closest("[data-message]");
    if (!message) return place ?? element?.className ?? "page";
    if (message !== [...document.querySelectorAll("[data-message]")].at(-1)) return "another message";
    const block = element.closest(".markdown > *");
    const blocks = [...message.querySelectorAll(".markdown > *")];
    if (!block) return element.closest(".actions") ? "actions" : "answer";
    return blocks.length - blocks.indexOf(block) <= 2 ? "growing block" : "finished block";
  };
  const walk = (fiber) => {
    if (isComponent.has(fiber.tag) && fiber.flags & 1) {
      const place = placeOf(elementIn(fiber));
      rendered.set(place, (rendered.get(place) ?? 0) + 1);
    }
    if (fiber.alternate && fiber.child === fiber.alternate.child) return; // nothing below it was looked at
    for (let child = fiber.child; child; child = child.sibling) walk(child);
  };
  globalThis.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    inject: () => 1,
    onCommitFiberRoot: (_id, root) => walk(root.current),
    onCommitFiberUnmount() {},
    onPostCommitFiberRoot() {},
  };
`;

test("while an answer comes nothing is drawn again but the block that grows", async (t) => {
  const served = await serve(t);
  const [rest, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const paragraph = (name: string) => Array.from({ length: 30 }, (_, index) => `${name}${index} `);
  served.upstream.script({
    steps: [
      { tokens: ["# Bones\n\n", "A list:\n\n- one\n- two\n\n", "```js\nlet bone = 1;\n```\n\n", "Then"] },
      { wait: rest.promise },
      { tokens: paragraph(" long"), pace: () => new Promise((resolve) => setTimeout(resolve, 5)) },
      { wait: end.promise },
      { tokens: [" end."] },
      { finish: "stop" },
      { done: true },
    ],
  });
  const page = await served.open({ script: watchRenders });
  await say(page, "Tell me of bones");
  await answers(page).getByText("Then").waitFor();
  await answers(page).locator(".code-key").waitFor(); // all that is loaded late is there
  await until("all is at rest", async () => {
    await page.evaluate("rendered.clear()");
    await page.evaluate("new Promise((done) => setTimeout(done, 150))");
    return (await page.evaluate("rendered.size")) === 0;
  });

  rest.resolve();
  await answers(page).getByText("long29").waitFor();
  const rendered = (await page.evaluate("Object.fromEntries(rendered)")) as Record<string, number>;
  t.diagnostic(JSON.stringify(rendered));
  assert.deepEqual(Object.keys(rendered).sort(), ["answer", "growing block"]);

  await page.evaluate("rendered.clear()");
  await composer(page).press("x");
  assert.deepEqual(Object.keys((await page.evaluate("Object.fromEntries(rendered)")) as object), [
    ".composer-room",
  ]);
  await composer(page).fill("");
  end.resolve();
  await ended(page);
});
