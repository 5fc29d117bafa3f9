import type { IncomingHttpHeaders } from "node:http";
import Type from "typebox";
import { SkeletonError } from "../../lib/errors.ts";
import type { Json } from "../../protocols/json.ts";
import { nestsTooDeep } from "../body-parsers.ts";
import type { HttpContext } from "../context.ts";
import { standingSession } from "../guard.ts";
import { closed, failures } from "../skeleton/schemas.ts";
import type { Server } from "../type-provider.ts";
import { checkCaller } from "./check-caller.ts";
import { readHook } from "./read-hook.ts";

const HookName = Type.Object({ name: Type.String({ maxLength: 200 }) }, closed);

const Taken = Type.Object({
  job_id: Type.Integer(),
  thread_id: Type.String(),
  state: Type.String(),
});
const Ignored = Type.Object({ ignored: Type.Boolean({ description: "`only` says so." }) });

/** `POST /hooks/<name>`, where there are any: what other systems send becomes a job. @throws `config_invalid`. */
export async function registerHooks(server: Server, { host, jobs }: HttpContext): Promise<void> {
  const { hooks } = host.config;
  const read = new Map(Object.entries(hooks).map(([name, config]) => [name, readHook(name, config)]));
  if (read.size === 0) return;
  await server.register((surface: Server, _options, done) => {
    surface.removeAllContentTypeParsers();
    // Its signature is over what came, byte by byte.
    surface.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, parsed) =>
      parsed(null, body),
    );
    surface.post(
      "/hooks/:name",
      {
        config: { access: "public" }, // each hook has a secret or a token of its own
        schema: {
          summary: "A message of another system, which becomes a job",
          description:
            "As `hooks` of the configuration says; signed with the hook's secret, or with its token.",
          tags: ["hooks"],
          params: HookName,
          response: { 200: Ignored, 202: Taken, ...failures },
        },
      },
      async (request, reply) => {
        const { name } = request.params;
        const hook = read.get(name);
        const config = Object.hasOwn(hooks, name) ? hooks[name] : undefined;
        if (hook === undefined || config === undefined) throw noSuchHook();
        const body = typeof request.body === "string" ? request.body : "";
        checkCaller(config, { headers: request.headers, body, now: host.now() });
        request.session = standingSession(config.user);
        await server.countCall("jobs", request);
        const job = hook.jobOf(messageIn(body));
        if (job === undefined) return reply.code(200).send({ ignored: true });
        const key = deliveryId(request.headers);
        const taken = await jobs.submit({
          ...job,
          ...(key !== "" && { idempotencyKey: `hook ${name} ${key}` }),
        });
        return reply.code(202).send({ job_id: taken.id, thread_id: taken.threadId, state: taken.state });
      },
    );
    done();
  });
}

/** @throws `bad_input`. */
function messageIn(body: string): Json {
  if (nestsTooDeep(body)) throw unreadable("is nested too deep");
  try {
    return JSON.parse(body) as Json;
  } catch {
    throw unreadable("is not valid JSON");
  }
}

/** By which a message that is sent again is known. */
function deliveryId(headers: IncomingHttpHeaders): string {
  const known = ["webhook-id", "x-github-delivery", "x-gitlab-event-uuid", "idempotency-key"];
  return (
    known
      .map((name) => headers[name])
      .find((value) => typeof value === "string")
      ?.toString()
      .slice(0, 200) ?? ""
  );
}

const unreadable = (fault: string) =>
  new SkeletonError("bad_input", `The body ${fault}.`, { hint: "Send JSON, as application/json." });

const noSuchHook = () =>
  new SkeletonError("record_not_found", "There is no such hook.", {
    hint: "Hooks are named in skeleton.yaml, under `hooks`.",
  });
