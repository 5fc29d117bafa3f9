import { createLowlight } from "lowlight";
import { grammars, held } from "./grammars.ts";
import type { Granted, Wish } from "./highlighted.ts";
import { toLines } from "./to-lines.ts";

/** Highlights beside the page: neither a long file nor a hostile one holds up reading and typing. */

const lowlight = createLowlight();
const loading = new Map<string, Promise<void>>();

function load(name: string): Promise<void> {
  const known = loading.get(name);
  if (known !== undefined) return known;
  const loaded = Promise.all([grammars.get(name)?.(), ...(held.get(name) ?? []).map(load)]).then(
    ([grammar]) => {
      if (grammar !== undefined) lowlight.register(name, grammar.default);
    },
  );
  loading.set(name, loaded);
  return loaded;
}

async function highlight({ id, grammar, code }: Wish): Promise<Granted> {
  await load(grammar);
  if (!lowlight.registered(grammar)) return { id };
  return { id, lines: toLines(lowlight.highlight(grammar, code)) };
}

addEventListener("message", ({ data }: MessageEvent<Wish>) => {
  void highlight(data)
    .catch((): Granted => ({ id: data.id }))
    .then((granted) => postMessage(granted));
});
