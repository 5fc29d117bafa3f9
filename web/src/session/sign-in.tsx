import { CredentialsCard } from "./credentials-card.tsx";
import { useSignIn } from "./use-session.ts";

export function SignIn() {
  const signIn = useSignIn();
  return (
    <CredentialsCard
      title="Skeleton"
      action="Sign in"
      busy={signIn.isPending}
      error={signIn.error}
      onEnter={signIn.mutate}
    />
  );
}
