import { SkeletonError } from "../lib/errors.ts";
import { fillTemplate, readTemplate } from "../lib/fill-template.ts";
import type { ChatRole } from "../protocols/chat-roles.ts";
import type { Host } from "../protocols/plugin.ts";
import type { JobRequest, TemplateChoice } from "./job.ts";

/**
 * The request with its template's text as its instructions: what a job says is settled when it is taken, whatever becomes of
 * the role. @throws `bad_input`.
 */
export async function fillIn(host: Host, request: JobRequest): Promise<JobRequest> {
  const { template, ...asked } = request;
  if (template === undefined) return request;
  if (request.instructions !== undefined)
    throw unusable("A job has instructions or a template.", "Leave one of the two out.");
  const { roles } = await host.get("system_prompt");
  const at = { userId: request.userId, id: template.roleId };
  const role = await roles?.getRole(at);
  if (roles === undefined || role === undefined)
    throw unusable(`There is no role ${template.roleId}.`, "Take an id from GET /api/v1/roles.");
  const { version = role.version } = template;
  const said =
    version === role.version ? role : (await roles.listVersions(at)).find((one) => one.version === version);
  if (said === undefined)
    throw unusable(
      `The role ${role.name} has no version ${version}: it has ${role.version}.`,
      `GET /api/v1/roles/${role.id}/versions lists them.`,
    );
  const instructions = filled(role, said.instructions, template);
  return { ...asked, instructions, filledFrom: { ...template, version } };
}

function filled({ name }: ChatRole, text: string, { variables = {} }: TemplateChoice): string {
  try {
    return fillTemplate(readTemplate(text), variables);
  } catch (cause) {
    throw new SkeletonError(
      "bad_input",
      `The role ${name} cannot be filled in: ${(cause as Error).message}`,
      {
        hint: "Give each name that it has in double braces a value among the variables.",
        cause,
      },
    );
  }
}

const unusable = (message: string, hint: string) => new SkeletonError("bad_input", message, { hint });
