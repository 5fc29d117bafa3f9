import { useEffect } from "react";
import { useStored } from "./lib/use-stored.ts";
import { Onward } from "./session/onward.tsx";
import { useMe } from "./session/use-session.ts";
import { whoWasHere } from "./session/who-was-here.ts";
import { useWords } from "./words/language.ts";
import { lazyPart } from "./workspace/lazy-part.tsx";
import { Notice } from "./workspace/notice.tsx";
import { useRoute } from "./workspace/use-route.ts";
import { Workspace } from "./workspace/workspace.tsx";

const loadSignIn = async () => (await import("./session/sign-in.tsx")).SignIn;
const SignIn = lazyPart(loadSignIn);
const SetUp = lazyPart(async () => (await import("./session/set-up.tsx")).SetUp);

/**
 * Who is here decides what is shown. When a session ends by itself, nothing of it stays in the page but what was being
 * written (src/composer/drafts.ts) and the address: whoever comes back goes on there.
 */
export function App() {
  const route = useRoute();
  const me = useMe();
  const before = useStored(whoWasHere);
  const { common } = useWords();
  useEffect(() => {
    // Ahead of its need: a session may end when the server no longer answers.
    loadSignIn().catch(() => undefined); // shown, it says so itself
  }, []);
  if (route.at === "setup") return <SetUp secret={route.secret} />;
  if (me.isPending) return null;
  if (me.data === undefined) {
    return (
      <main className="card-page">
        <Notice error={me.error} mend={common.tryAgain} onMend={() => void me.refetch()} />
      </main>
    );
  }
  if (me.data === null) return <SignIn before={before} />;
  if (route.at === "then") return <Onward path={route.path} />;
  return <Workspace key={me.data.username} me={me.data} route={route} />;
}
