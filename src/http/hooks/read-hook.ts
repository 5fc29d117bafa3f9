import type { JobRequest } from "../../jobs/job.ts";
import { codeOf, SkeletonError } from "../../lib/errors.ts";
import { fillTemplate, readPath, readTemplate, type Template, valueAt } from "../../lib/fill-template.ts";
import { given } from "../../lib/given.ts";
import type { HookConfig } from "../../protocols/config/jobs.ts";
import type { Json } from "../../protocols/json.ts";

/** What becomes of a message to a hook. */
export type Hook = {
  /** @returns the job to submit; `undefined` where `only` says that this message is none of its business. @throws `bad_input`. */
  jobOf(message: Json): JobRequest | undefined;
};

/** Reads a hook of the configuration. @throws `config_invalid`, naming the hook and the setting. */
export function readHook(name: string, config: HookConfig): Hook {
  const { user: userId, model, system_prompt: systemPrompt } = config;
  if (config.secret === undefined && config.token === undefined) {
    throw new SkeletonError("config_invalid", `hooks.${name} has neither a secret nor a token.`, {
      hint: "Give it one of them: without, anybody could begin jobs.",
    });
  }
  const template = (setting: "prompt" | "thread" | "title" | "instructions" | "callback_url") =>
    named(name, setting, () => (config[setting] === undefined ? undefined : readTemplate(config[setting])));
  const prompt = template("prompt") as Template;
  const texts = {
    threadId: template("thread"),
    title: template("title"),
    instructions: template("instructions"),
    callbackUrl: template("callback_url"),
  };
  const only = Object.entries(config.only).map(
    ([path, wanted]) => [named(name, `only.${path}`, () => readPath(`${path}?`)), wanted] as const,
  );
  return {
    jobOf(message) {
      if (!only.every(([place, wanted]) => valueAt(place, message) === wanted)) return undefined;
      const filled = Object.entries(texts).map(([key, text]) => [
        key,
        text === undefined ? undefined : fillTemplate(text, message) || undefined,
      ]);
      return {
        ...{ userId, prompt: fillTemplate(prompt, message), meta: { hook: name } },
        ...given({ model, systemPrompt, ...Object.fromEntries(filled) }),
      };
    },
  };
}

/** Says where in the configuration a fault is. */
function named<T>(hook: string, setting: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) !== "config_invalid") throw error;
    const { message, hint } = error as SkeletonError;
    throw new SkeletonError("config_invalid", `hooks.${hook}.${setting}: ${message}`, { hint, cause: error });
  }
}
