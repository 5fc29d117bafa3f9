import assert from "node:assert/strict";
import { after, type TestContext } from "node:test";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { passwordOf, startTestServer, type TestServer } from "./test-server.ts";
import { unpackChromium } from "./unpack-chromium.ts";

/** How long anything that a test waits for may take, in ms. */
const patienceMs = 30_000;

/**
 * The limit of a test whose cases go on in one window, in ms: what one test may take is each case's, not all of theirs
 * together, and each of their waits has its own.
 */
export const manyCases = { timeout: 600_000 };

export type OpenOptions = BrowserContextOptions & {
  /** Signed in as; `null` stands before the sign-in page. Default: `ada`. */
  readonly user?: Parameters<typeof passwordOf>[0] | null;
  /** Where in the page, for example `#/t/<thread>`. */
  readonly at?: string;
  /** Another address of the same server. */
  readonly through?: string;
  /** Requests, as `<status or net::error> <path>`, that may fail in this window: a browser calls them errors. */
  readonly mayFail?: RegExp;
  /** Errors that the console may hold in this window. */
  readonly mayLog?: RegExp;
  /** Addresses elsewhere that may be asked in this window. */
  readonly mayAsk?: RegExp;
  /** A script that runs in the page before its own. */
  readonly script?: string;
  /** The test can have the page's time jump (`page.clock`), which goes on as usual otherwise. */
  readonly clock?: true;
  /** What cannot be loaded: a glob of addresses. It is refused from the first request on. */
  readonly absent?: string;
};

export type ServedPage = TestServer & {
  /** Opens the page in a window whose cookies and storage are shared with no other. */
  open(options?: OpenOptions): Promise<Page>;
};

/** One for all test files of this process. */
let running: Promise<Browser> | undefined;

/**
 * The browser for the tests of a file, closed when the process has run all of its own. What it returns starts the whole server
 * for one test, and fails that test at its end for every error in a page, every error in its console (a violation of the
 * Content-Security-Policy is one), every dialog, and every request to another place than the server.
 */
export function testBrowser(): (
  t: TestContext,
  config?: Parameters<typeof startTestServer>[0],
) => Promise<ServedPage> {
  after(async () => {
    const browser = await running;
    running = undefined;
    await browser?.close();
  });
  return async (t, config) => {
    // All windows of one reader in one process, and none in reserve: starting those is a tenth of what a window costs.
    running ??= launchChromium("--renderer-process-limit=1");
    const [browser, server] = await Promise.all([running, startWithModels(config)]);
    const contexts: BrowserContext[] = [];
    const faults: string[] = [];
    t.after(async () => {
      await Promise.all(contexts.map((context) => context.close()));
      await server.close();
      assert.deepEqual(faults, []);
    });
    return {
      ...server,
      async open({
        user = "ada",
        at = "",
        through: url = server.url,
        mayFail,
        mayLog,
        mayAsk,
        script,
        clock,
        absent,
        ...options
      } = {}) {
        const context = await browser.newContext({ ...plainWindow, ...options });
        contexts.push(context);
        context.setDefaultTimeout(patienceMs);
        watch(context, url, faults, { mayFail, mayLog, mayAsk });
        if (script !== undefined) await context.addInitScript(script);
        if (clock) await context.clock.install();
        if (absent !== undefined) await context.route(absent, (route) => route.abort());
        if (user !== null) await signIn(context, url, user);
        const page = await context.newPage();
        await page.goto(`${url}/${at}`);
        return page;
      },
    };
  };
}

/**
 * A server that waits three seconds for a list of models may wait in vain on a machine that is busy, and would believe
 * for half a minute that there is nothing but the demo: it is started again then.
 */
async function startWithModels(config: Parameters<typeof startTestServer>[0]): Promise<TestServer> {
  for (let tries = 0; tries < 3; tries += 1) {
    const server = await startTestServer(config);
    const models = await (await server.app.host.get("model")).listModels();
    const listed = models.some((model) => typeof model === "object" && model.provider === "scripted");
    if (listed || config?.models !== undefined) return server;
    await server.close();
  }
  return assert.fail("In three starts no server had a list of models in time.");
}

/**
 * The browser that npm brings. Call `close()` at the end.
 * @param more arguments of its own.
 */
export async function launchChromium(...more: readonly string[]): Promise<Browser> {
  const { executablePath, env } = await unpackChromium();
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...env },
    chromiumSandbox: false, // with it, it would not start as root
    // No name is looked up, so nothing that a page asks for elsewhere leaves this machine.
    args: ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", "--font-render-hinting=none", ...more],
  });
}

const plainWindow: BrowserContextOptions = {
  viewport: { width: 1280, height: 800 },
  reducedMotion: "reduce",
  colorScheme: "light",
};

async function signIn(context: BrowserContext, url: string, user: Parameters<typeof passwordOf>[0]) {
  const data = { username: user, password: passwordOf(user) };
  const answer = await context.request.post(`${url}/login`, { data });
  assert.equal(answer.status(), 200);
}

/** A window that nobody is signed in at learns so by asking. */
const askingWho = /^401 \/api\/v1\/me$/;
const notLoaded = /^Failed to load resource: (?:the server responded with a status of (\d+)|(net::\w+))/;

function watch(
  context: BrowserContext,
  url: string,
  faults: string[],
  { mayFail, mayLog, mayAsk }: Record<"mayFail" | "mayLog" | "mayAsk", RegExp | undefined>,
): void {
  context.on("weberror", (error) => faults.push(`an error in the page: ${error.error().stack}`));
  context.on("dialog", (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  context.on("request", (request) => {
    const inside = request.url().startsWith(`${url}/`) || /^(?:data|blob):/.test(request.url());
    if (!inside && !mayAsk?.test(request.url())) faults.push(`a request to elsewhere: ${request.url()}`);
  });
  context.on("console", (message) => {
    if (message.type() !== "error") return;
    const place = message.location().url;
    const [, status, reason] = notLoaded.exec(message.text()) ?? [];
    const request = `${status ?? reason} ${URL.parse(place)?.pathname}`;
    if ((status ?? reason) && (askingWho.test(request) || mayFail?.test(request))) return;
    if (mayLog?.test(message.text())) return;
    faults.push(`in the console: ${message.text()} (${place})`);
  });
}
