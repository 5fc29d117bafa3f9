import { statusOf } from "../api/api-error.ts";
import { here } from "../api/here.ts";
import type { Me, SetupState } from "../api/wire.ts";
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
  const otherWays = setup.data?.sign_in ?? [];
  const error = statusOf(signIn.error) === 401 ? session.wrongCredentials : signIn.error;
  return (
    <CredentialsCard
      title={before === null ? session.name : session.ended}
      action={session.signIn}
      username={before?.username ?? ""}
      busy={signIn.isPending}
      error={error}
      onEnter={signIn.mutate}
      below={otherWays.length > 0 && <OtherWays ways={otherWays} />}
    >
      {before !== null && <p className="quiet">{session.endedFor(before.username)}</p>}
      {setup.data?.needed && otherWays.length === 0 && <p className="quiet">{session.noAccountYet}</p>}
    </CredentialsCard>
  );
}

/** Pages of plugins that sign people in and lead back to where they wanted to be. */
function OtherWays({ ways }: { ways: SetupState["sign_in"] }) {
  const { session } = useWords();
  const then = location.hash === "" ? "" : `?then=${encodeURIComponent(location.hash)}`;
  return (
    <nav className="other-ways" aria-label={session.otherWays}>
      {ways.map(({ title, path }) => (
        <a key={path} className="secondary" href={here(path + then)}>
          {session.signInWith(title)}
        </a>
      ))}
    </nav>
  );
}
