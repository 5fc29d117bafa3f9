import { SkeletonError } from "../../lib/errors.ts";

/** A file to fetch. */
export type Remote = {
  readonly url: string;
  /** Its name without folders. */
  readonly file: string;
  /** Hexadecimal, where it is known. */
  readonly sha256?: string;
  /** Sent with the request, for files that are not everybody's. */
  readonly token?: string;
};

export type Hub = { readonly url: string; readonly token?: string | undefined };

type Sibling = { readonly rfilename: string; readonly lfs?: { readonly sha256?: string } | null };

/** Of several quantizations, the usual trade of size for sense. */
const preferred = /Q4_K_M/i;
const firstPart = /^(.*)-0*1-of-(\d+)\.gguf$/i;

/**
 * What a source names: an address, or `owner/name[:file]` on a hub that speaks Hugging Face's API. `file` is a file's
 * name, or what stands in it, such as `Q5_K_M`; without it Q4_K_M is taken, or the only one there is. A model in several
 * parts is all of them.
 * @throws `bad_input` telling what there is to choose from; `upstream_…` when the hub has no such thing.
 */
export async function remotesFor(source: string, hub: Hub): Promise<readonly Remote[]> {
  if (/^https?:\/\//.test(source)) {
    const file = decodeURIComponent(new URL(source).pathname.split("/").at(-1) ?? "");
    return [{ url: source, file }];
  }
  const [, repository, wanted] = /^([\w.-]+\/[\w.-]+)(?::(.+))?$/.exec(source) ?? [];
  if (repository === undefined) {
    throw new SkeletonError("bad_input", `${source} is neither an address nor owner/name[:file].`, {
      hint: "Give for example https://host/model.gguf, or owner/name:Q4_K_M.",
    });
  }
  const siblings = await filesOf(repository, hub);
  return partsOf(choose(siblings, repository, wanted), siblings).map(({ rfilename, lfs }) => ({
    url: `${hub.url}/${repository}/resolve/main/${rfilename.split("/").map(encodeURIComponent).join("/")}`,
    file: rfilename.split("/").at(-1) ?? "",
    ...(lfs?.sha256 !== undefined && { sha256: lfs.sha256 }),
    ...(hub.token !== undefined && { token: hub.token }),
  }));
}

async function filesOf(repository: string, { url, token }: Hub): Promise<readonly Sibling[]> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/models/${repository}?blobs=true`, {
    headers,
    signal: AbortSignal.timeout(30_000),
  }).catch((cause: unknown) => {
    throw new SkeletonError("upstream_unreachable", `${url} cannot be reached.`, {
      hint: "Check the network, or name another hub with --hub (HF_ENDPOINT).",
      cause,
    });
  });
  if (!response.ok) {
    throw new SkeletonError(
      "upstream_refused",
      `${url} has no ${repository} for you: status ${response.status}.`,
      {
        hint: "Check its name; if it is not everybody's, set HF_TOKEN.",
      },
    );
  }
  const { siblings } = (await response.json()) as { readonly siblings?: readonly Sibling[] };
  return (siblings ?? []).filter(({ rfilename }) => /\.gguf$/i.test(rfilename));
}

function choose(siblings: readonly Sibling[], repository: string, wanted: string | undefined): Sibling {
  const first = siblings.filter(
    ({ rfilename }) => !/-\d+-of-\d+\.gguf$/i.test(rfilename) || firstPart.test(rfilename),
  );
  const lower = wanted?.toLowerCase();
  const exact = first.filter(({ rfilename }) =>
    [rfilename, rfilename.replace(/\.gguf$/i, "")].includes(wanted ?? ""),
  );
  const like = first.filter(
    ({ rfilename }) => lower !== undefined && rfilename.toLowerCase().includes(lower),
  );
  const usual = first.filter(({ rfilename }) => preferred.test(rfilename));
  const fitting =
    wanted === undefined ? (first.length === 1 ? first : usual) : exact.length > 0 ? exact : like;
  const [one, ...more] = fitting;
  if (one !== undefined && more.length === 0) return one;
  const names = first.map(({ rfilename }) => rfilename);
  const none = names.length === 0 ? `${repository} has no .gguf file.` : `Which file of ${repository}?`;
  throw new SkeletonError("bad_input", none, {
    hint: names.length === 0 ? "Choose a repository of GGUF files." : `Add :FILE, one of ${names.join(", ")}`,
  });
}

function partsOf(one: Sibling, siblings: readonly Sibling[]): readonly Sibling[] {
  const [, stem, count] = firstPart.exec(one.rfilename) ?? [];
  if (stem === undefined) return [one];
  const part = new RegExp(`^-\\d+-of-${count}\\.gguf$`, "i");
  return siblings.filter(
    ({ rfilename }) => rfilename.startsWith(stem) && part.test(rfilename.slice(stem.length)),
  );
}
