import { testHost } from "../../testkit/test-host.ts";
import { toolsContract } from "../../testkit/tools-contract.ts";
import { createTools } from "./create-tools.ts";

toolsContract("the built-in tools", async (context, given) => {
  const host = testHost();
  context.after(() => host.shutdown());
  return createTools(host, [{ tools: async () => given, problems: async () => [] }]);
});
