import { statusOf } from "../api/api-error.ts";
import type { Me } from "../api/wire.ts";
import { useDocumentTitle } from "../lib/use-document-title.ts";
import { useWords } from "../words/language.ts";
import { CredentialsCard } from "./credentials-card.tsx";
import { useSetupNeeded, useSignIn } from "./use-session.ts";

/** @param props.before whose session ended in this window. */
export function SignIn({ before }: { before: Me | null }) {
  const { session } = useWords();
  useDocumentTitle(""); // the one before may have been a thread's
  const signIn = useSignIn();
  const setup = useSetupNeeded();
  const error = statusOf(signIn.error) === 401 ? session.wrongCredentials : signIn.error;
  return (
    <CredentialsCard
      title={before === null ? session.name : session.ended}
      action={session.signIn}
      username={before?.username ?? ""}
      busy={signIn.isPending}
      error={error}
      onEnter={signIn.mutate}
    >
      {before !== null && <p className="quiet">{session.endedFor(before.username)}</p>}
      {setup.data?.needed && <p className="quiet">{session.noAccountYet}</p>}
    </CredentialsCard>
  );
}
