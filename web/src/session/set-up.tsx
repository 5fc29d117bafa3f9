import { newChatHash } from "../workspace/route.ts";
import { goTo } from "../workspace/use-route.ts";
import { CredentialsCard } from "./credentials-card.tsx";
import { useSetUp } from "./use-session.ts";

/** Makes the first account, from the one-time link that the server printed. */
export function SetUp({ secret }: { secret: string }) {
  const setUp = useSetUp();
  return (
    <CredentialsCard
      title="Welcome to Skeleton"
      action="Create the account"
      newPassword
      busy={setUp.isPending}
      error={setUp.error}
      onEnter={(credentials) =>
        setUp.mutate({ secret, ...credentials }, { onSuccess: () => goTo(newChatHash, { replace: true }) })
      }
    >
      <p className="quiet">Choose a name and a password. This account looks after the others.</p>
    </CredentialsCard>
  );
}
