import { chosenTheme } from "../lib/theme.ts";
import { chosenLanguage, languages, useWords } from "../words/language.ts";
import type { PageCommand } from "./commands.ts";

const valuesOf = (...values: readonly string[]) => values.map((value) => ({ value }));

/** Commands of this page: they concern nobody but this browser, and need no server. */
export function usePageCommands(): readonly PageCommand[] {
  const { composer: words } = useWords();
  const usage = (argument: keyof typeof words.argument) => `<${words.argument[argument]}>`;
  return [
    {
      ...{ name: "theme", help: words.help.theme, usage: usage("theme") },
      complete: valuesOf("system", "light", "dark"),
      run: (theme) => chosenTheme.set(theme as ReturnType<typeof chosenTheme.get>),
    },
    {
      ...{ name: "language", help: words.help.language, usage: usage("language") },
      complete: valuesOf("system", ...Object.keys(languages)),
      run: (language) => chosenLanguage.set(language as ReturnType<typeof chosenLanguage.get>),
    },
  ];
}
