import { testHost } from "../../../test/support/model-host.ts";
import { modelContract } from "../../testkit/model-contract.ts";
import { answer } from "../../testkit/scripted-reply.ts";
import { startScriptedUpstream } from "../../testkit/scripted-upstream.ts";
import { createModelRouter } from "./plugin.ts";

modelContract("the router over an OpenAI-compatible endpoint", async (kind) => {
  const upstream = await startScriptedUpstream();
  upstream.script(() =>
    kind === "answers"
      ? answer("Good day to you.")
      : { steps: [{ tokens: ["Good", " day"] }, { stall: true }] },
  );
  const { host } = testHost({ openai_base_url: upstream.url });
  return {
    model: await createModelRouter(host),
    id: "alpha-large",
    stopped: async () => upstream.requests.at(-1)?.closed,
    close: () => upstream.close(),
  };
});

modelContract("the demo", async (kind) => {
  const { host } = testHost({ discover: false });
  let words = 0;
  const sleep = (_ms: number, signal: AbortSignal) =>
    kind === "answers" || ++words < 3
      ? Promise.resolve()
      : new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("slept badly")));
        });
  return { model: await createModelRouter(host, { sleep }), id: "demo", close: async () => {} };
});
