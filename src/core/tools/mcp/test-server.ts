/**
 * A small MCP server over stdio for the tests, with the manners that its argument names; written without the SDK, which
 * would keep it from misbehaving. `src/core/tools/mcp/create-mcp-source.test.ts` says what each is good for.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

type Message = {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: unknown;
  readonly error?: unknown;
};
type Params = {
  readonly capabilities?: unknown;
  readonly name?: string;
  readonly cursor?: string;
  readonly arguments?: Record<string, unknown>;
  readonly requestId?: number;
  readonly _meta?: { readonly progressToken?: number };
};

const manners = process.argv[2] ?? "good";
const secret = process.env.SECRET ?? "";
const object = { type: "object" };
const nested = JSON.parse(`${'{"items":'.repeat(3000)}{}${"}".repeat(3000)}`) as object;

const lists: Readonly<Record<string, readonly object[]>> = {
  schemas: [
    { name: "fine", inputSchema: object },
    { name: "none" },
    { name: "list", inputSchema: [] },
    { name: "text", inputSchema: { type: "string" } },
    { name: "deep", inputSchema: { properties: nested } },
    { name: "huge", inputSchema: { description: "x".repeat(100_000) } },
    { name: "", inputSchema: object },
    { name: "task", inputSchema: object, execution: { taskSupport: "required" } },
  ],
  asking: ["capabilities", "ask", "insist", "storm", "later", "heard"].map((name) => ({
    name,
    inputSchema: object,
  })),
  many: Array.from({ length: 10_000 }, (_, at) => ({ name: `tool-${at}`, inputSchema: object })),
};
const tools = [
  ...(lists[manners] ?? [
    { name: "echo", inputSchema: object, annotations: { readOnlyHint: true, idempotentHint: true } },
    { name: "erase", inputSchema: object, annotations: { destructiveHint: true } },
    ...["wait", "waited", "leave", "fail", "grow", "children", "babble"].map((name) => ({
      name,
      inputSchema: object,
    })),
  ]),
];
const cancelled: number[] = [];

const write = (message: object) =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const text = (said: unknown) => ({ content: [{ type: "text", text: String(said) }] });

if (manners === "hang") process.on("SIGTERM", () => {});
else createInterface({ input: process.stdin }).on("line", (line) => hear(JSON.parse(line) as Message));
if (manners === "hang") {
  process.stderr.write(`I am ${process.pid} and know ${secret}\n`);
  setInterval(() => {}, 1000);
}

/** What its user's client can do, and what it said to what was asked. */
let capabilities: unknown;
const asked = new Map<string, (answer: unknown) => void>();
const heard: unknown[] = [];

/** Asks with whatever is handed in. @returns the whole answer, be it an error. */
async function ask(params: unknown): Promise<unknown> {
  const id = `q${asked.size}`;
  const { promise, resolve } = Promise.withResolvers<unknown>();
  asked.set(id, resolve);
  write({ id, method: "elicitation/create", params });
  const answer = await promise;
  heard.push(answer);
  return answer;
}

const question = { message: "Well?", requestedSchema: { ...object, properties: {} } };

function hear({ id, method, params = {}, result, error }: Message): void {
  if (method === undefined && typeof id === "string") asked.get(id)?.(error ?? result);
  if (method === "notifications/cancelled") cancelled.push(params.requestId ?? -1);
  if (method === "notifications/initialized" && manners === "flood") flood();
  if (typeof id !== "number") return;
  if (method === "initialize") {
    capabilities = params.capabilities;
    write({ id, result: hello });
  } else if (method === "tools/list") write({ id, result: { tools } });
  else if (method === "tools/call") call(id, params);
  else write({ id, result: {} });
}

const hello = {
  protocolVersion: "2025-06-18",
  capabilities: { tools: { listChanged: true } },
  serverInfo: { name: manners, version: "1" },
};

function call(id: number, { name, arguments: args, _meta }: Params): unknown {
  const answer = (result: object) => write({ id, result });
  switch (name) {
    case "wait":
      write({
        method: "notifications/progress",
        params: { progressToken: _meta?.progressToken, progress: 1 },
      });
      return undefined;
    case "waited":
      return answer(text(cancelled.length));
    case "leave":
      return process.exit(3);
    case "fail":
      return answer({ ...text(`no entry with ${secret}`), isError: true });
    case "grow":
      tools.push({ name: "grown", inputSchema: object });
      write({ method: "notifications/tools/list_changed" });
      return answer(text("grown"));
    case "children": {
      const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
      return answer(text(`${process.pid} ${child.pid}`));
    }
    case "capabilities":
      return answer(text(JSON.stringify(capabilities)));
    case "ask":
      return ask(args?.question).then((said) => answer(text(JSON.stringify(said))));
    case "insist":
      return insist().then((times) => answer(text(times)));
    case "storm":
      for (let at = 0; at < 500; at += 1) void ask(question);
      return undefined;
    case "later":
      answer(text("done"));
      return setImmediate(() => void ask(question));
    case "heard":
      return answer(text(JSON.stringify(heard.splice(0))));
    case "babble":
      for (let progress = 0; progress < 400; progress += 1)
        write({
          method: "notifications/progress",
          params: { progressToken: _meta?.progressToken, progress },
        });
      return answer(text("done"));
    default:
      return answer(text(JSON.stringify(args)));
  }
}

/** Asks anew whatever it is told, until it is refused with an error. @returns how often it was not. */
async function insist(): Promise<number> {
  for (let times = 0; ; times += 1) {
    const said = (await ask(question)) as { readonly action?: string };
    if (said.action === undefined) return times;
  }
}

/** As fast as the pipe takes it: messages nobody asked for, and lines that are none. */
function flood(): void {
  const data = "x".repeat(1000);
  const lines = `${JSON.stringify({ jsonrpc: "2.0", method: "notifications/message", params: { data } })}\n{"no":\n\n`;
  while (process.stdout.write(lines));
  process.stdout.once("drain", flood);
}
