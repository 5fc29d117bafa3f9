import { CredentialsCard } from "./credentials-card.tsx";
import { useSetupNeeded, useSignIn } from "./use-session.ts";

export function SignIn() {
  const signIn = useSignIn();
  const setup = useSetupNeeded();
  return (
    <CredentialsCard
      title="Skeleton"
      action="Sign in"
      busy={signIn.isPending}
      error={signIn.error}
      onEnter={signIn.mutate}
    >
      {setup.data?.needed && (
        <p className="quiet">
          There is no account here yet. Open the link that the server printed when it started.
        </p>
      )}
    </CredentialsCard>
  );
}
