import { readFile } from "node:fs/promises";
import { text as readAll } from "node:stream/consumers";
import { Command, Option } from "commander";
import { SkeletonError } from "../lib/errors.ts";
import type { ImportedRole } from "../lib/import-roles.ts";
import { foldedName } from "../lib/role-texts.ts";
import type { ChatRole } from "../protocols/chat-roles.ts";
import { onServer } from "./on-server.ts";

type Row = Pick<ChatRole, "id" | "name" | "instructions" | "shared"> & { readonly key: string };

const path = "/api/v1/roles";
const out = (line: string): void => void process.stdout.write(`${line}\n`);

/** `skeleton roles`: a user's chat roles on a running server. */
export function rolesCommand(): Command {
  const roles = new Command("roles")
    .description("List, add, change and remove your chat roles on a running server; export and import them.")
    .option("--url <url>", "the server (SKELETON_URL)")
    .option("--token <token>", "token for it (SKELETON_TOKEN; or SKELETON_USER and SKELETON_PASSWORD)");

  roles
    .command("list", { isDefault: true })
    .description("Your roles and the shared ones: key, name, and where it is everybody's, `shared`.")
    .option("--json", "as the server answers")
    .action(
      onServer(async (call, flags: { readonly json?: true }) => {
        const rows = (await call(path, {})) as readonly Row[];
        if (flags.json) return out(JSON.stringify(rows));
        for (const { key, name, shared } of rows) out([key, name, ...(shared ? ["shared"] : [])].join("\t"));
      }),
    );

  roles
    .command("export")
    .description("Write your own roles to stdout.")
    .addOption(new Option("--format <format>").choices(["yaml", "json"]).default("yaml"))
    .action(
      onServer(async (call, { format }: { readonly format: string }) => {
        process.stdout.write(String(await call(`${path}/export?format=${format}`, {})));
      }),
    );

  roles
    .command("import")
    .description("Take a file of roles, or of system prompts, among your own: YAML or JSON.")
    .argument("[file]", "the file; default stdin")
    .option("-n, --dry-run", "only say what would happen")
    .action(
      onServer(async (call, flags: { readonly dryRun?: true }, file?: string) => {
        const content = await contentOf(file);
        const json = { content, dry_run: flags.dryRun ?? false };
        const lines = (await call(`${path}/import`, { method: "POST", json })) as readonly ImportedRole[];
        for (const { change, name, why } of lines) out([change, name, ...(why ? [why] : [])].join("\t"));
        if (lines.some(({ change }) => change === "refused")) process.exitCode = 1;
      }),
    );

  roles
    .command("add")
    .description("Keep a role, or change the one of that name; its instructions come from stdin or a file.")
    .argument("<name>")
    .argument("[file]", "the instructions; default stdin")
    .option("--shared", "for everybody; only admins may")
    .action(
      onServer(async (call, flags: { readonly shared?: true }, name: string, file?: string) => {
        const json = { instructions: await contentOf(file), ...(flags.shared && { shared: true }) };
        const there = named((await call(path, {})) as readonly Row[], name, flags.shared ?? false);
        const at = there === undefined ? path : `${path}/${encodeURIComponent(there.id)}`;
        out(((await call(at, { method: "POST", json: { name, ...json } })) as Row).key);
      }),
    );

  roles
    .command("remove")
    .description("Delete the role of that name.")
    .argument("<name>")
    .option("--shared", "the shared one; only admins may")
    .action(
      onServer(async (call, flags: { readonly shared?: true }, name: string) => {
        const there = named((await call(path, {})) as readonly Row[], name, flags.shared ?? false);
        if (there === undefined)
          throw new SkeletonError("record_not_found", `There is no role named ${name}.`, {
            hint: "`skeleton roles list` names them.",
          });
        await call(`${path}/${encodeURIComponent(there.id)}`, { method: "DELETE" });
      }),
    );
  return roles;
}

const named = (roles: readonly Row[], name: string, shared: boolean): Row | undefined =>
  roles.find((role) => role.shared === shared && foldedName(role.name) === foldedName(name.trim()));

const contentOf = (file: string | undefined): Promise<string> =>
  file === undefined ? readAll(process.stdin) : readFile(file, "utf8");
