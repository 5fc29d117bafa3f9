import { SetUp } from "./session/set-up.tsx";
import { SignIn } from "./session/sign-in.tsx";
import { useMe } from "./session/use-session.ts";
import { Notice } from "./workspace/notice.tsx";
import { useRoute } from "./workspace/use-route.ts";
import { Workspace } from "./workspace/workspace.tsx";

/** Who is here decides what is shown. */
export function App() {
  const route = useRoute();
  const me = useMe();
  if (route.at === "setup") return <SetUp secret={route.secret} />;
  if (me.isPending) return null;
  if (me.isError) {
    return (
      <main className="card-page">
        <Notice error={me.error} mend="Try again" onMend={() => void me.refetch()} />
      </main>
    );
  }
  if (me.data === null) return <SignIn />;
  return <Workspace key={me.data.username} me={me.data} route={route} />;
}
