import type { SchemaNode } from "./config-schema.ts";

const truths: Readonly<Record<string, boolean>> = {
  on: true,
  true: true,
  yes: true,
  1: true,
  off: false,
  false: false,
  no: false,
  0: false,
};

/**
 * What a text from the environment or the command line stands for, by the type of its setting: numbers, switches
 * (on/off, true/false, yes/no, 1/0), lists with commas, choices in any case. A text that is none of what it should be
 * is answered as it is, for the check to refuse.
 */
export function fromText(node: SchemaNode, text: string): unknown {
  const word = text.trim();
  if (node.type === "boolean") return truths[word.toLowerCase()] ?? word;
  if (node.hours === true) return hoursFromText(word) ?? word;
  if (node.type === "integer" || node.type === "number") {
    return /^[+-]?\d+(\.\d+)?$/.test(word) ? Number(word) : word;
  }
  if (node.type === "array") {
    const items = word.split(",").map((item) => item.trim());
    return items.filter((item) => item !== "");
  }
  const choices = node.anyOf?.map((choice) => choice.const) ?? [];
  return choices.find((choice) => String(choice).toLowerCase() === word.toLowerCase()) ?? word;
}

const hoursIn: Readonly<Record<string, number>> = { s: 1 / 3600, m: 1 / 60, h: 1, d: 24, w: 168, "": 1 };

/** `90m`, `24h`, `7d`; a bare number counts hours. */
function hoursFromText(word: string): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\s*([smhdw]?)$/i.exec(word) ?? [];
  return number === undefined ? undefined : Number(number) * (hoursIn[unit.toLowerCase()] ?? Number.NaN);
}

/** Levels that the environment may also name as Python does. Nothing is above `error` here. */
const levels: Readonly<Record<string, string>> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warn",
  ERROR: "error",
  CRITICAL: "error",
};

/** The level that `LOG_LEVEL` names, or `undefined` when it names none. */
export function levelFromText(node: SchemaNode, text: string): string | undefined {
  const level = levels[text.trim()] ?? fromText(node, text);
  return node.anyOf?.some((choice) => choice.const === level) ? String(level) : undefined;
}
