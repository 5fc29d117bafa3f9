/** The languages with a grammar: what the grammar is called, what people call it, and what models write behind the fence. */
const table: readonly (readonly [grammar: string, name: string, ...aliases: string[]])[] = [
  ["bash", "Shell", "sh", "shell", "zsh", "console", "shellscript", "shell-session"],
  ["c", "C", "h"],
  ["clojure", "Clojure", "clj"],
  ["cpp", "C++", "c++", "cc", "hpp", "cxx"],
  ["csharp", "C#", "cs", "c#"],
  ["css", "CSS"],
  ["dart", "Dart"],
  ["diff", "Diff", "patch"],
  ["dockerfile", "Dockerfile", "docker"],
  ["elixir", "Elixir", "ex", "exs"],
  ["erlang", "Erlang", "erl"],
  ["go", "Go", "golang"],
  ["graphql", "GraphQL", "gql"],
  ["haskell", "Haskell", "hs"],
  ["http", "HTTP"],
  ["ini", "INI", "toml", "conf", "properties", "env", "dotenv"],
  ["java", "Java"],
  ["javascript", "JavaScript", "js", "jsx", "mjs", "cjs"],
  ["json", "JSON", "jsonc", "json5", "jsonl"],
  ["julia", "Julia", "jl"],
  ["kotlin", "Kotlin", "kt", "kts"],
  ["latex", "LaTeX", "tex"],
  ["lua", "Lua"],
  ["makefile", "Makefile", "make", "mk"],
  ["markdown", "Markdown", "md"],
  ["nginx", "nginx"],
  ["nix", "Nix"],
  ["objectivec", "Objective-C", "objc", "objective-c"],
  ["ocaml", "OCaml", "ml"],
  ["perl", "Perl", "pl"],
  ["php", "PHP"],
  ["powershell", "PowerShell", "ps1", "pwsh"],
  ["protobuf", "Protocol Buffers", "proto"],
  ["python", "Python", "py", "python3"],
  ["r", "R"],
  ["ruby", "Ruby", "rb"],
  ["rust", "Rust", "rs"],
  ["scala", "Scala"],
  ["scss", "SCSS", "sass"],
  ["sql", "SQL", "postgresql", "postgres", "mysql", "sqlite"],
  ["swift", "Swift"],
  ["typescript", "TypeScript", "ts", "tsx", "mts", "cts"],
  ["vbnet", "Visual Basic", "vb"],
  ["xml", "XML", "svg", "xhtml", "rss", "plist"],
  ["xml", "HTML", "html", "vue", "svelte"],
  ["yaml", "YAML", "yml"],
];

type Known = { readonly grammar: string; readonly name: string };

const known: ReadonlyMap<string, Known> = new Map(
  table.flatMap(([grammar, name, ...aliases]) =>
    [grammar, name.toLowerCase(), ...aliases].map((alias) => [alias, { grammar, name }] as const),
  ),
);

/** What stands behind a fence: the language's name as people write it, and its grammar if there is one. */
export function knownLanguage(written: string | undefined): {
  readonly name?: string;
  readonly grammar?: string;
} {
  if (written === undefined) return {};
  return known.get(written.toLowerCase()) ?? { name: written };
}
