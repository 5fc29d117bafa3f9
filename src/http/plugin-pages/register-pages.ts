import type { FastifyBaseLogger } from "fastify";
import Type from "typebox";
import { type FoundPage, type FoundPages, findPages } from "../../host/find-pages.ts";
import type { WorkerPlace } from "../../lib/worker-place.ts";
import type { Host } from "../../protocols/plugin.ts";
import { createBaseServer } from "../base-server.ts";
import { sessionOf } from "../guard.ts";
import { PluginPageRow, type SignInPage } from "../skeleton/account-schemas.ts";
import { failures } from "../skeleton/schemas.ts";
import type { Server } from "../type-provider.ts";
import { mountPage } from "./mount-page.ts";
import { pageMissing } from "./page-missing.ts";

/**
 * The pages of the plugins folder, each at `/_plugin/<name>/`, and the list of those that stand in the left column.
 * @returns what is there and what is wrong, which the log says too.
 */
export async function registerPluginPages(
  server: Server,
  host: Host,
  log: FastifyBaseLogger,
  place?: WorkerPlace,
): Promise<FoundPages> {
  const found = await findPages({ folder: host.config.plugins_path });
  const problems = [...found.problems];
  const pages: FoundPage[] = [];
  for (const page of found.pages) {
    try {
      await mountPage(server, host, log, page, place);
      pages.push(page);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      problems.push({ source: page.file, problem: `failed in routes(): ${message}` });
    }
  }
  for (const { source, problem } of problems)
    log.warn({ file: source }, `plugins: the page ${source} is not there: it ${problem}`);

  const open = { config: { access: "public" }, schema: { hide: true } } as const;
  // Whether there is such a page is no secret, and its relative links need the slash.
  server.get<{ Params: { name: string } }>("/_plugin/:name", open, async (request, reply) => {
    const [place = "", query] = request.url.split("?", 2);
    const path = host.config.base_path + place;
    return reply.redirect(`${path}/${query === undefined ? "" : `?${query}`}`, 307);
  });
  server.get("/_plugin/*", open, async (_request, reply) => reply.code(404).send({ detail: pageMissing }));
  server.get(
    "/api/v1/plugins/pages",
    {
      config: { access: "user" },
      schema: {
        summary: "Pages of plugins that stand in the left column, for whoever may open them",
        tags: ["plugins"],
        response: { 200: Type.Array(PluginPageRow), ...failures },
      },
    },
    async (request) => {
      const admin = sessionOf(request).user.role === "admin";
      return pages.flatMap(({ page: { name, sidebar, access } }) =>
        sidebar === undefined || (access === "admin" && !admin)
          ? []
          : [{ ...{ name, path: pathOf(name), title: sidebar.title }, ...icon(sidebar) }],
      );
    },
  );
  return { pages, problems };
}

/** What pages there are and what is wrong with the others, without a server that listens. */
export async function examinePages(host: Host, log: FastifyBaseLogger): Promise<FoundPages> {
  const server = await createBaseServer(host, log);
  const found = await registerPluginPages(server, host, log);
  await server.close();
  return found;
}

/** What the sign-in form says of a page that signs people in. */
export const signInPage = ({ page: { name, signIn } }: FoundPage): readonly SignInPage[] =>
  signIn === undefined ? [] : [{ title: signIn.title, path: pathOf(name) }];

const pathOf = (name: string) => `/_plugin/${name}/`;

const icon = ({ icon }: { readonly icon?: string }) => (icon === undefined ? {} : { icon });
