import { createModelRouter, type RouterOptions } from "../../src/core/models/plugin.ts";
import type { ModelInfo } from "../../src/protocols/model.ts";
import { testHost } from "./model-host.ts";

/** Opens routers on upstreams that `start` starts; both are closed at the end of the test. */
export const routersOn =
  <Upstream extends { close(): Promise<void> }>(start: () => Promise<Upstream>) =>
  async (
    models: (...upstreams: Upstream[]) => Record<string, unknown>,
    options: RouterOptions & { upstreams?: number; port?: number } = {},
  ) => {
    const { upstreams: count = 1, port = 0, ...rest } = options;
    const upstreams = await Promise.all(Array.from({ length: count }, start));
    const close = () => Promise.all(upstreams.map((upstream) => upstream.close()));
    const testing = testHost(models(...upstreams), port);
    // limits that a busy machine does not reach
    const settings = { sleep: async () => {}, listTimeoutMs: 5000, localTimeoutMs: 5000, ...rest };
    const router = await createModelRouter(testing.host, settings).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    return {
      ...testing,
      router,
      upstreams,
      first: upstreams[0] as Upstream,
      ids: async () => (await infos(router)).map(({ id }) => id),
      async [Symbol.asyncDispose]() {
        await router.shutdown?.();
        await testing.settled();
        await close();
      },
    };
  };

/** The list, whole. */
export const infos = async (router: { listModels(): Promise<readonly (string | ModelInfo)[]> }) =>
  (await router.listModels()) as readonly ModelInfo[];
