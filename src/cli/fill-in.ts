import { faultText, formFaults } from "../lib/form-answer.ts";
import { type FormField, formFields } from "../lib/form-fields.ts";
import type { Json } from "../protocols/json.ts";
import { plain } from "./plain.ts";
import type { ConsentEvent } from "./print-answer.ts";

type Asked = Extract<ConsentEvent, { readonly event: "approval_request" }>["data"];

type Terminal = {
  /** Asks and resolves to the line that was typed; absent where nobody sits at a terminal. */
  readonly ask: ((question: string, signal: AbortSignal) => Promise<string>) | undefined;
  readonly err: (text: string) => void;
  readonly signal: AbortSignal;
};

/**
 * Answers what a running tool asks: its form field by field, each until it fits, or with yes or no. Without a terminal it is
 * declined.
 */
export async function fillIn(
  { name, why = "", from, form, url }: Asked,
  { ask, err, signal }: Terminal,
): Promise<{ readonly approve: boolean; readonly args?: string }> {
  const who = from === undefined ? `The tool ${name}` : `The MCP server ${from}, for its tool ${name},`;
  const question = plain(`${who} asks: ${why}${url === undefined ? "" : ` Open ${url}`}`);
  if (ask === undefined) {
    err(`${question} Declined: there is no terminal to ask at.\n`);
    return { approve: false };
  }
  const isYes = (typed: string) => /^y(es)?$/i.test(typed.trim());
  if (form === undefined) return { approve: isYes(await ask(`${question} [y/N] `, signal)) };
  err(`${question}\nNever enter passwords or keys here: the tool gets what you write.\n`);
  if (!isYes(await ask("Fill this in? [y/N] ", signal))) return { approve: false };
  const values: Record<string, Json> = {};
  for (const field of formFields(form)) {
    const value = await askField(field, { ask, err, signal });
    if (value !== undefined) values[field.name] = value;
  }
  return { approve: true, args: JSON.stringify(values) };
}

async function askField(field: FormField, { ask, err, signal }: Terminal): Promise<Json | undefined> {
  if (field.description !== undefined) err(`${plain(field.description)}\n`);
  if ("options" in field)
    for (const [at, { title }] of field.options.entries()) err(`  ${at + 1}  ${plain(title)}\n`);
  for (;;) {
    const typed = (await ask?.(`${plain(field.title)}${hintOf(field)}: `, signal)) ?? "";
    const value = valueFrom(field, typed.trim());
    const faults = formFaults([field], value === undefined ? {} : { [field.name]: value });
    if (faults.length === 0) return value;
    err(`${plain(faults.map(faultText).join("; "))}\n`);
  }
}

function hintOf(field: FormField): string {
  const kind = { text: "", number: "", boolean: "y/n", choice: "number", choices: "numbers" }[field.kind];
  const preset = field.default === undefined ? undefined : shown(field);
  const notes = [kind, preset === undefined ? "" : `default ${preset}`, field.required ? "" : "optional"];
  const said = notes.filter((note) => note !== "").join(", ");
  return said === "" ? "" : ` (${plain(said)})`;
}

function shown(field: FormField): string {
  if (field.kind === "boolean") return field.default ? "y" : "n";
  return Array.isArray(field.default) ? field.default.join(" ") : String(field.default);
}

/** What was typed as what the field wants; nothing typed is its default. */
function valueFrom(field: FormField, typed: string): Json | undefined {
  if (typed === "") return field.default as Json | undefined;
  if (field.kind === "boolean")
    return /^(y(es)?|true)$/i.test(typed) || (/^(n(o)?|false)$/i.test(typed) ? false : typed);
  if (field.kind === "number") return Number.isFinite(Number(typed)) ? Number(typed) : typed;
  if (field.kind === "choice") return chosen(field, typed);
  if (field.kind === "choices") return typed.split(/[\s,]+/).map((each) => chosen(field, each));
  return typed;
}

/** By its number, or as it is called. */
const chosen = (field: Extract<FormField, { options: unknown }>, typed: string): string =>
  field.options[Number(typed) - 1]?.value ??
  field.options.find(({ title }) => title === typed)?.value ??
  typed;
