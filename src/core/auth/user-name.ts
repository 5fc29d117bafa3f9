import { SkeletonError } from "../../lib/errors.ts";

/** The longest name, in characters as people count them (code points). */
const MAX_LENGTH = 100;

const letters = String.raw`\p{L}\p{N}`;
/** Vowel signs and the like that belong to one script; accents that could sit on any letter are composed by NFC or refused. */
const scriptMarks = String.raw`[\p{M}--[\p{Script=Inherited}\p{Script=Common}]]`;
const SHAPE = new RegExp(`^[${letters}][${letters}${scriptMarks}._\\-@+]*$`, "v");
/** Letters that cannot be seen, for example the Hangul filler. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/** Alphabets whose letters are taken for one another; a name may use one of them. */
const LATIN_LOOKALIKES = ["Latin", "Greek", "Cyrillic", "Armenian", "Cherokee", "Coptic"];
/** Scripts that one language writes together. */
const TOGETHER = [
  ["Han", "Hiragana", "Katakana"],
  ["Han", "Hangul"],
  ["Han", "Bopomofo"],
];
const OTHERS = [
  ...["Arabic", "Bengali", "Devanagari", "Ethiopic", "Georgian", "Gujarati", "Gurmukhi", "Hebrew", "Kannada"],
  ...["Khmer", "Lao", "Malayalam", "Mongolian", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thaana"],
  ...["Thai", "Tibetan"],
];
const SCRIPTS = [...new Set([...LATIN_LOOKALIKES, ...TOGETHER.flat(), ...OTHERS])].map(
  (name) => [name, new RegExp(`\\p{Script=${name}}`, "u")] as const,
);
const SCRIPTLESS = /[\p{Script=Common}\p{Script=Inherited}]/u;

/**
 * The one spelling of a user name: trimmed, in NFC.
 * 1 to 100 characters: letters and digits of any script and `. _ - @ +`, beginning with a letter or digit, all in one
 * script or in Latin with one other (but never Latin with Greek, Cyrillic or another alphabet that looks like it).
 * @throws `bad_input`.
 */
export function canonicalName(raw: string): string {
  const fault = nameFault(raw.trim().normalize("NFC"));
  if (fault !== undefined)
    throw new SkeletonError("bad_input", `The user name ${fault}.`, {
      hint: "Use letters and digits of one script and . _ - @ +, at most 100, with a letter or digit first.",
    });
  return raw.trim().normalize("NFC");
}

/** What is wrong with a trimmed name in NFC, as the end of a sentence; `undefined` when it is fine. */
export function nameFault(name: string): string | undefined {
  if (name === "") return "is empty";
  if ([...name].length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  if (!SHAPE.test(name) || INVISIBLE.test(name)) return "has a character that is not allowed";
  if (!scriptsFit(scriptsOf(name))) return "mixes scripts that can be taken for one another";
  return undefined;
}

function scriptsOf(name: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const character of name) {
    if (SCRIPTLESS.test(character)) continue;
    found.add(SCRIPTS.find(([, pattern]) => pattern.test(character))?.[0] ?? "a rare script");
  }
  return found;
}

function scriptsFit(scripts: ReadonlySet<string>): boolean {
  if (LATIN_LOOKALIKES.filter((script) => scripts.has(script)).length > 1) return false;
  const others = [...scripts].filter((script) => script !== "Latin");
  return others.length <= 1 || TOGETHER.some((group) => others.every((script) => group.includes(script)));
}
