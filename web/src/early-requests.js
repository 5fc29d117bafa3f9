// What the page asks first is asked while its code is still on the way; web/src/api/early.ts takes the answers.
// Nothing else is asked before it is known who is here: a stranger would be refused many times.
{
  const answers = new Map();
  const ask = (path) => {
    const answer = fetch(`.${path}`, { headers: { accept: "application/json" } });
    answer.catch(() => {}); // it is asked again, and told then
    answers.set(path, answer);
    return answer;
  };
  const [, thread, message] = /^#\/t\/([^/]+)(?:\/m\/([^/]+))?/.exec(location.hash) ?? [];
  const page = "details=true&limit=";
  const paths = [
    ...(thread === undefined
      ? []
      : [`/api/v1/threads/${thread}/messages?${page}40`, `/api/v1/threads/${thread}`]),
    ...(message === undefined ? [] : [`/api/v1/threads/${thread}/messages?${page}40&around=${message}`]),
    `/api/v1/threads?pinned=true&${page}50`,
    `/api/v1/threads?pinned=false&${page}50`,
    "/api/v1/models?details=true",
    "/api/v1/system_prompts",
    "/api/v1/roles",
    "/api/v1/plugins/pages",
  ];
  globalThis.earlyAnswers = answers;
  if (!location.hash.startsWith("#/setup/")) {
    ask("/api/v1/me").then(
      ({ ok }) => {
        if (ok && !location.hash.startsWith("#/then/")) for (const path of paths) void ask(path);
      },
      () => {},
    );
  }
}
