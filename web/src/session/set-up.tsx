import { useWords } from "../words/language.ts";
import { newChatHash } from "../workspace/route.ts";
import { goTo } from "../workspace/use-route.ts";
import { CredentialsCard } from "./credentials-card.tsx";
import { useSetUp, useSetupNeeded } from "./use-session.ts";

/** Makes the first account, from the one-time link that the server printed. */
export function SetUp({ secret }: { secret: string }) {
  const { session } = useWords();
  const setUp = useSetUp();
  const setup = useSetupNeeded();
  if (setup.isPending) return null;
  if (setup.data?.needed === false && !setUp.isPending && !setUp.isSuccess) return <LinkUsed />;
  return (
    <CredentialsCard
      title={session.welcome}
      action={session.createAccount}
      newPassword
      busy={setUp.isPending}
      error={setUp.error}
      onEnter={(credentials) =>
        setUp.mutate({ secret, ...credentials }, { onSuccess: () => goTo(newChatHash, { replace: true }) })
      }
    >
      <p className="quiet">{session.welcomeText}</p>
    </CredentialsCard>
  );
}

/** The way in once it has been used. */
function LinkUsed() {
  const { session } = useWords();
  return (
    <main className="card-page">
      <div className="card">
        <h1>{session.linkUsed}</h1>
        <a className="primary" href={newChatHash}>
          {session.toSignIn}
        </a>
      </div>
    </main>
  );
}
