/**
 * Ends a command whose output nobody reads any more (`| head`), which is no failure. One that has something to stop first
 * takes this off stdout.
 */
export function endUnread(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit();
}
