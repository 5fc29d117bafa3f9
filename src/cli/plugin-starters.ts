/** What a starter is written with. */
export type StarterOptions = {
  readonly name: string;
  /** Where a contract's types are imported from, by the contract's file name. */
  readonly contract: (file: string) => string;
  /** The versions of Skeleton that the plugin fits. */
  readonly range: string;
};

/** A plugin's first files, by their path in its kind's folder. */
export type Starter = (options: StarterOptions) => Readonly<Record<string, string>>;

/** Where each kind of plugin lies in the plugins folder. */
export const pluginFolders = {
  tool: "tools",
  function: "functions",
  command: "commands",
  core: "core",
  page: "pages",
} as const;

export type PluginKind = keyof typeof pluginFolders;

const tool: Starter = ({ name, contract }) => ({
  [`${name}.ts`]: `import type { Tool } from "${contract("tool")}";

/** Something the model can call. Restart the server, and ask it to greet somebody. */
export default {
  name: "${name}",
  // For the model: what it does, and when to use it.
  description: "Greets somebody by name. Use it when the user asks to greet a person.",
  // JSON Schema of an object. What the model sends is checked against it before execute() is called.
  parameters: {
    type: "object",
    properties: { who: { type: "string", description: "The person's name" } },
    required: ["who"],
    additionalProperties: false,
  },
  readOnly: true, // it changes nothing, so calls may run side by side
  // May be async. An async generator shows progress: each \`yield\` is a line for the reader, \`return\` the result.
  async *execute({ who }, { host, signal }) {
    yield "looking for the right words";
    signal.throwIfAborted(); // the reader may have stopped the answer
    host.log.debug({ tool: "${name}" }, "greeting"); // what users write is never logged above debug
    return \`Hello, \${who}. It is \${host.now().toISOString()}.\`;
  },
} satisfies Tool;
`,
});

const hook: Starter = ({ name, contract }) => ({
  [`${name}.ts`]: `import type { FunctionPlugin } from "${contract("function-plugin")}";

/**
 * Sees every message on its way. Each hook is optional; one that is absent costs nothing. Hooks return what they
 * change and never alter their arguments.
 */
export default {
  name: "${name}",
  priority: 0, // preCall runs highest first, the other two lowest first
  onError: "skip", // when a hook throws, the turn goes on without it; "stop" ends the turn

  // The user's message and every tool result, before the model sees it. The history keeps the original.
  preCall({ systemPrompt = "" }) {
    return { systemPrompt: \`\${systemPrompt}\\nAnswer in one sentence.\`.trim() };
  },

  // Every batch of what the model says. What it returns takes the batch's place; undefined leaves it as it is.
  filterStream(events) {
    return events.map((event) =>
      event.event === "message_tokens"
        ? { ...event, data: { ...event.data, content: event.data.content.replaceAll("—", "-") } }
        : event,
    );
  },

  // After each round. The context keeps what it returns, the history does not.
  postCall(message) {
    return { ...message, content: message.content.trim() };
  },
} satisfies FunctionPlugin;
`,
});

const command: Starter = ({ name, contract, range }) => ({
  [`${name}.ts`]: `import type { Command } from "${contract("command")}";

/** A slash command, in the page, at the command line and wherever else one writes: /${name} wood */
export default {
  name: "${name}",
  skeleton: "${range}", // the versions of Skeleton it fits
  help: "Knock on something", // one line, for /help
  usage: "<thing> [times]", // <...> must be there, [...] need not; leave it out for a command that takes nothing
  // What could stand in the place of an argument. What does not fit what is begun there is left out.
  async complete(before) {
    return before.length === 0 ? [{ value: "wood", note: "for luck" }, { value: "door" }] : [{ value: "3" }];
  },
  // What it returns is shown as Markdown, and is not part of the conversation.
  async run(argument, { userId, host }) {
    const [thing, times = "1"] = argument.split(" ");
    if (!/^[1-9]$/.test(times)) {
      const hint = "Say a number from 1 to 9.";
      throw Object.assign(new Error(\`\${times} is no number of knocks.\`), { code: "bad_input", hint });
    }
    host.log.debug({ command: "${name}", userId }, "knocking"); // what users write is never logged above debug
    return \`\${"Knock. ".repeat(Number(times))}\n\nThat was **\${thing}**.\`;
  },
} satisfies Command;
`,
});

const core: Starter = ({ name, contract, range }) => ({
  [`${name}.ts`]: `import type { CorePlugin } from "${contract("plugin")}";

/**
 * Fills a role of the server, here where a message is answered: each one by itself, without history, prompt or tools.
 * The contract of a role is in the \`protocols\` folder, its suite in \`testkit\`. It takes the built-in one's place, so
 * what is wrong with it stops the start.
 */
export default {
  role: "message_processor",
  name: "${name}",
  skeleton: "${range}", // the versions of Skeleton it fits
  priority: 10, // the highest of a role is used; the built-in ones have 0
  // Called once, when the role is first needed. What it returns may have shutdown().
  create: (host) => ({
    async *processMessage({ model, message, userId }, signal) {
      const models = await host.get("model"); // another role; asked for here, not in create(), so no circle can arise
      const request = { model, userId, messages: [{ role: "user", content: message.content }] } as const;
      for await (const batch of models.generate(request, signal)) {
        const timestamp = host.now().toISOString();
        yield batch.flatMap(({ event, data }) =>
          event === "message_tokens" ? [{ event, data: { ...data, timestamp } }] : [],
        );
      }
    },
  }),
} satisfies CorePlugin<"message_processor">;
`,
});

const page: Starter = ({ name, contract, range }) => ({
  [`${name}/index.ts`]: `import type { PagePlugin } from "${contract("page")}";

/** A page at /_plugin/${name}/, for everybody who is signed in. */
export default {
  name: "${name}",
  skeleton: "${range}", // the versions of Skeleton it fits
  access: "user", // or "public", or "admin"
  static: "files", // this folder is served as it is
  sidebar: { title: "${titleOf(name)}", icon: "list" }, // leave it out, and the page is not listed
  routes(server, host) {
    // /_plugin/${name}/data
    server.get("/data", async (request) => {
      const threads = await host.get("thread");
      const userId = request.session?.user.username ?? "";
      return { user: userId, titles: (await threads.getThreads({ userId })).map(({ title }) => title) };
    });
  },
} satisfies PagePlugin;
`,
  [`${name}/files/index.html`]: `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width, initial-scale=1" />
  <title>${titleOf(name)}</title>
  <link rel="stylesheet" href="page.css" />
  <!-- Scripts and styles stand in files of their own: what is written in here does not run. -->
  <script type="module" src="page.js"></script>
  <h1>${titleOf(name)}</h1>
  <ul></ul>
</html>
`,
  [`${name}/files/page.css`]: `body {
  max-width: 44rem;
  margin: 3rem auto;
  padding: 0 1rem;
  font: 16px/26px system-ui, sans-serif;
  color-scheme: light dark;
}
`,
  [`${name}/files/page.js`]: `const { titles } = await (await fetch("data")).json();
document.querySelector("ul").append(
  ...titles.map((title) => Object.assign(document.createElement("li"), { textContent: title })),
);
`,
});

export const starters: Readonly<Record<PluginKind, Starter>> = {
  ...{ tool, function: hook, command, core, page },
};

const titleOf = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("-", " ");
