import type { ModelInfo } from "../../protocols/model.ts";
import { type ScriptedUpstream, startScriptedUpstream } from "../../testkit/scripted-upstream.ts";
import { createModelRouter, type RouterOptions } from "./plugin.ts";
import { testHost } from "./test-host.ts";

/** A router, closed at the end with its upstreams. */
export async function openRouter(
  models: (...upstreams: ScriptedUpstream[]) => Record<string, unknown>,
  options: RouterOptions & { upstreams?: number; port?: number } = {},
) {
  const { upstreams: count = 1, port = 0, ...rest } = options;
  const upstreams = await Promise.all(Array.from({ length: count }, () => startScriptedUpstream()));
  const testing = testHost(models(...upstreams), port);
  const router = await createModelRouter(testing.host, {
    sleep: async () => {},
    listTimeoutMs: 200,
    ...rest,
  });
  return {
    ...testing,
    router,
    upstreams,
    first: upstreams[0] as ScriptedUpstream,
    ids: async () => (await infos(router)).map(({ id }) => id),
    async [Symbol.asyncDispose]() {
      await router.shutdown?.();
      await testing.settled();
      await Promise.all(upstreams.map((upstream) => upstream.close()));
    },
  };
}

/** The list, whole. */
export const infos = async (router: { listModels(): Promise<readonly (string | ModelInfo)[]> }) =>
  (await router.listModels()) as readonly ModelInfo[];
